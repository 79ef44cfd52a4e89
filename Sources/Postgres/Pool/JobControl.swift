import Synchronization

/// What the canceller of a job and its worker agree on, under one lock.
///
/// A cancel request holds the lock while it talks to the server, and the worker takes the lock before it lets go of the
/// connection: so a late cancel cannot hit the next job.
final class JobControl: Sendable {
  private struct State {
    var isCancelled = false
    var isFinished = false
    var running: CancelHandle?
    /// A cancel request is still on its way, and might arrive at any time.
    var isPursued = false
  }

  private let state = Mutex(State())

  /// How long a server that is alive takes at most to accept a cancel request.
  private static let cancelBound = Duration.seconds(1)

  /// Whether the task that waits for the job was cancelled.
  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// Notes that nobody wants the job any more.
  func cancel() {
    state.withLock { $0.isCancelled = true }
  }

  /// The job uses this connection from now on.
  /// - Throws: `CancellationError` when it was cancelled before.
  func attach(_ handle: CancelHandle?) throws {
    try state.withLock {
      guard !$0.isCancelled else { throw CancellationError() }
      $0.running = handle
    }
  }

  /// The job's last statements follow (COMMIT sent along, ROLLBACK), which a cancel request must not hit: it would leave
  /// the session within a failed transaction.
  func detach() {
    state.withLock { $0.running = nil }
  }

  /// The job has let go of its connection.
  ///
  /// - Returns: whether the next job may have it.
  func finish() -> Bool {
    state.withLock {
      $0.isFinished = true
      $0.running = nil
      return !$0.isPursued
    }
  }

  /// Asks the server to cancel what the job is running. Blocks.
  /// - Returns: whether the job is over, so that no further request is needed.
  func requestCancel() -> Bool {
    state.withLock {
      guard !$0.isFinished else { return true }
      if let running = $0.running, !running.request(within: Self.cancelBound) {
        $0.isPursued = true
        $0.running = nil
      }
      return false
    }
  }
}
