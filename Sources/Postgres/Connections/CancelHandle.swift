import CLibPQ

/// Asks the server to cancel what a connection is running, from another thread.
///
/// - Proof for `@unchecked Sendable`: `PGcancel` is a copy of the connection's address and key that nothing writes after
///   `PQgetCancel`; libpq documents `PQcancel` on it as safe from any thread and even from signal handlers.
final class CancelHandle: @unchecked Sendable {
  private let cancel: OpaquePointer

  init?(_ connection: OpaquePointer) {
    guard let cancel = PQgetCancel(connection) else { return nil }
    self.cancel = cancel
  }

  deinit {
    PQfreeCancel(cancel)
  }

  /// Blocks until the server has taken the request, whether or not something was running, but no longer than the bound:
  /// libpq has none of its own, and a frozen server takes nothing.
  ///
  /// - Returns: false when it was not taken in time. It may still reach the server later, so the connection must not be
  ///   given to another job.
  func request(within bound: Duration) -> Bool {
    let taken = Signal()
    DedicatedThread.start(name: "pg-cancel") {
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
        _ = PQcancel(self.cancel, message.baseAddress, 256)
      }
      taken.wake()
    }
    return taken.wait(atMost: bound)
  }
}
