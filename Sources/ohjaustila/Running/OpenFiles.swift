import Glibc

/// How many files and connections the process may have open.
enum OpenFiles {
  /// Raises the limit to the most this process may give itself.
  ///
  /// - Returns: the limit then in force.
  static func raiseLimit() -> Int {
    var limit = rlimit()
    let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(files, &limit) == 0 else { return 1024 }
    let before = limit.rlim_cur
    limit.rlim_cur = limit.rlim_max
    if setrlimit(files, &limit) != 0 { limit.rlim_cur = before }
    return Int(clamping: limit.rlim_cur)
  }
}
