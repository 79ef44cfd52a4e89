import Dispatch
import Postgres

/// Keeps writers out of a table of the service, on a connection of its own, until released.
final class TableLock: Sendable {
  private let table: String
  private let url: String
  private let end = DispatchSemaphore(value: 0)

  init(_ table: String, url: String) {
    self.table = table
    self.url = url
  }

  /// Runs a closure while the table is locked; the closure releases it.
  func hold(_ body: () async throws -> Void) async throws {
    let (locked, tell) = AsyncStream<Void>.makeStream()
    let (table, end) = (table, end)
    let holding = Task {
      defer { tell.finish() }
      try await Connection.run(ConnectionConfiguration(url: url)) { connection in
        _ = try connection.pipeline(["BEGIN", "LOCK TABLE ohjaustila.\(identifier: table) IN EXCLUSIVE MODE"])
        tell.finish()
        end.wait()
        _ = try connection.pipeline(["COMMIT"])
      }
    }
    for await _ in locked {}
    do { try await body() } catch {
      release()
      throw error
    }
    try await holding.value
  }

  func release() { end.signal() }

  /// Returns once another transaction waits for a lock.
  func somebodyWaits() async throws {
    var count = 0
    while count == 0 {
      count = try await Connection.run(ConnectionConfiguration(url: url)) { connection in
        try connection.pipeline([
          "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ])[0].exactlyOne().get(0)
      }
    }
  }
}
