import Guidance
import Lifecycle
import Postgres
import TestSupport

/// Holds a row's lock on a connection of its own while others come and wait for it.
enum HeldLock {
  /// Locks, starts the tasks one after another (each once the one before waits in PostgreSQL), keeps the lock
  /// until `instant` where one is given, does what is to be done meanwhile, and lets go.
  ///
  /// - Returns: how each of them ended.
  static func over<R: Sendable>(
    _ space: ID<Space>, in installation: TestInstallation, until instant: Instant? = nil,
    _ waiting: [@Sendable () async throws -> R], meanwhile: (@Sendable () async -> Void)? = nil
  ) async throws -> [Result<R, any Error>] {
    try await over(
      "SELECT FROM ohjaustila.space WHERE id = \(space) FOR NO KEY UPDATE", in: installation, until: instant, waiting,
      meanwhile: meanwhile)
  }

  /// The same for any locking statement.
  static func over<R: Sendable>(
    _ lock: Query, in installation: TestInstallation, until instant: Instant? = nil,
    _ waiting: [@Sendable () async throws -> R], meanwhile: (@Sendable () async -> Void)? = nil
  ) async throws -> [Result<R, any Error>] {
    let (starts, starter) = AsyncStream<Int>.makeStream()
    let (over, end) = AsyncStream<Void>.makeStream()
    async let holding: Void = Connection.run(ConnectionConfiguration(url: installation.adminURL)) { connection in
      defer { starter.finish() }
      _ = try connection.pipeline(["BEGIN", lock])
      for index in waiting.indices {
        starter.yield(index)
        try wait { try waiters(connection) > index }
      }
      starter.yield(waiting.count)
      starter.finish()
      Blocking.wait(for: over)
      if let instant { try wait { try clock(connection) >= instant } }
      _ = try connection.pipeline(["COMMIT"])
    }
    let results = await withTaskGroup(of: (Int, Result<R, any Error>).self) { group in
      for await index in starts {
        guard index < waiting.count else {
          await meanwhile?()
          break
        }
        let run = waiting[index]
        group.addTask {
          do { return (index, .success(try await run())) } catch { return (index, .failure(error)) }
        }
      }
      end.finish()
      var results: [Int: Result<R, any Error>] = [:]
      for await (index, result) in group { results[index] = result }
      return waiting.indices.compactMap { results[$0] }
    }
    try await holding
    return results
  }

  private struct NobodyCame: Error {}

  /// Asks again and again, for half a minute at most.
  private static func wait(until isTrue: () throws -> Bool) throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while try !isTrue() {
      guard ContinuousClock.now < deadline else { throw NobodyCame() }
    }
  }

  private static func waiters(_ connection: Connection) throws -> Int {
    try connection.pipeline([
      "SELECT pg_stat_clear_snapshot()",
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()
      """,
    ])[1].exactlyOne().get(0)
  }

  private static func clock(_ connection: Connection) throws -> Instant {
    try connection.pipeline([
      "SELECT statement_timestamp() + coalesce((SELECT shift FROM ohjaustila.dev_clock), interval '0')"
    ])[0].exactlyOne().get(0)
  }
}
