import Synchronization

/// The pool's thread for what must not block anybody else: cancel requests to the server, and deadlines in the queue.
final class Housekeeper: Sendable {
  private struct State {
    var cancelling: [JobControl] = []
    var watchesQueue = false
    var isStopped = false
  }

  private let state = Mutex(State())
  private let signal = Signal()

  /// A request that comes before the server has read the statement is lost on it: so it is repeated until the job ends.
  private static let repetition = Duration.milliseconds(25)

  /// Starts the thread.
  /// - Parameter expire: fails what has waited too long and says how long the next may wait.
  func start(expire: @escaping @Sendable () -> Duration?) {
    DedicatedThread.start(name: "pg-housekeeper") {
      while self.round(expire) {}
    }
  }

  /// Cancels a running job on the server, until it is over.
  func cancel(_ control: JobControl) {
    state.withLock { $0.cancelling.append(control) }
    signal.wake()
  }

  /// A job has begun to wait.
  func watchQueue() {
    let wasAsleep = state.withLock { state in
      defer { state.watchesQueue = true }
      return !state.watchesQueue
    }
    if wasAsleep { signal.wake() }
  }

  /// Ends the thread.
  func stop() {
    state.withLock { $0.isStopped = true }
    signal.wake()
  }

  private func round(_ expire: () -> Duration?) -> Bool {
    let (controls, isStopped) = state.withLock { state in
      // From here on a new first job wakes the thread again, whatever `expire` sees.
      state.watchesQueue = false
      defer { state.cancelling = [] }
      return (state.cancelling, state.isStopped)
    }
    guard !isStopped else { return false }
    let unfinished = controls.filter { !$0.requestCancel() }
    var bound = expire()
    if bound != nil { state.withLock { $0.watchesQueue = true } }
    if !unfinished.isEmpty {
      state.withLock { $0.cancelling += unfinished }
      bound = min(bound ?? Self.repetition, Self.repetition)
    }
    if let bound { signal.wait(atMost: bound) } else { signal.wait() }
    return true
  }
}
