import CCurl

/// SIGPIPE, which a library of the transfer may raise when the server is gone, must not end the process.
enum BrokenPipe {
  /// Runs a closure with the signal held back from this thread, and takes away the one it may have raised.
  static func ignored<Result>(_ body: () -> Result) -> Result {
    var brokenPipe = sigset_t()
    sigemptyset(&brokenPipe)
    sigaddset(&brokenPipe, SIGPIPE)
    var before = sigset_t()
    pthread_sigmask(SIG_BLOCK, &brokenPipe, &before)
    defer {
      var noTime = timespec()
      while sigtimedwait(&brokenPipe, nil, &noTime) == SIGPIPE {}
      pthread_sigmask(SIG_SETMASK, &before, nil)
    }
    return body()
  }
}
