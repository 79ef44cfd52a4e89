import CLibPQ
import Glibc
import Synchronization

/// A running server process, spawned and awaited by one thread for its whole life: the kernel ties "signal the child
/// when its parent dies" to the *thread* that spawned it.
final class Postmaster: Sendable {
  private struct State {
    var pid: pid_t = 0
    var spawnFailure: (any Error)?
    /// The status as `waitpid` gives it, once it is over.
    var status: Int32?
    var watchers: [AsyncStream<Int32>.Continuation] = []
  }

  private let state = Mutex(State())

  /// Starts it. Blocks until it is spawned.
  init(command: [String], output: String) throws {
    let spawned = Signal()
    DedicatedThread.start(name: "postmaster") {
      do {
        let pid = try ChildProcess.spawn(command, output: output)
        self.state.withLock { $0.pid = pid }
        spawned.wake()
        self.await(pid)
      } catch {
        self.state.withLock { $0.spawnFailure = error }
        spawned.wake()
      }
    }
    spawned.wait()
    if let failure = state.withLock({ $0.spawnFailure }) { throw failure }
  }

  /// The process.
  var pid: pid_t { state.withLock { $0.pid } }

  /// The status it ended with; `nil` while it runs.
  var status: Int32? { state.withLock { $0.status } }

  /// Sends a signal, if it still runs: it is reaped under the same lock, so its number cannot be another's.
  func signal(_ signal: Int32) {
    state.withLock { if $0.status == nil { _ = kill($0.pid, signal) } }
  }

  /// Blocks until it has ended.
  /// - Returns: whether it has, within the bound.
  func waitForEnd(within bound: Duration) -> Bool {
    let deadline = ContinuousClock.now + bound
    while status == nil {
      guard ContinuousClock.now < deadline else { return false }
      usleep(2_000)
    }
    return true
  }

  /// Gives the status once it has ended.
  func ends() -> AsyncStream<Int32> {
    AsyncStream { continuation in
      let status = state.withLock { state in
        if state.status == nil { state.watchers.append(continuation) }
        return state.status
      }
      if let status {
        continuation.yield(status)
        continuation.finish()
      }
    }
  }

  private func await(_ pid: pid_t) {
    var information = siginfo_t()
    while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
    let (status, watchers) = state.withLock { state in
      var status: Int32 = 0
      waitpid(pid, &status, 0)
      state.status = status
      defer { state.watchers = [] }
      return (status, state.watchers)
    }
    for watcher in watchers {
      watcher.yield(status)
      watcher.finish()
    }
  }
}
