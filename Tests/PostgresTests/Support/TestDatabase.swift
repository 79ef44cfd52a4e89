import Postgres
import TestSupport

extension TestCluster {
  /// Runs a closure with a ``Database`` on a fresh database and shuts it down afterwards.
  static func withPool<Result>(
    setup: [Query] = [], configure: (inout Database.Configuration) -> Void = { _ in },
    _ body: (Database, String) async throws -> Result
  ) async throws -> Result {
    try await withDatabase { url in
      try await onConnection(url) { connection in for query in setup { _ = try connection.pipeline([query]) } }
      var configuration = Database.Configuration(url: url, connections: 2)
      configure(&configuration)
      let database = Database(configuration)
      do {
        let result = try await body(database, url)
        await database.shutdown(grace: .zero)
        return result
      } catch {
        await database.shutdown(grace: .zero)
        throw error
      }
    }
  }

  /// Runs a closure on a connection of its own to a fresh database.
  static func withConnection<Result: Sendable>(
    _ body: @escaping @Sendable (Connection) throws -> Result
  ) async throws -> Result {
    try await withDatabase { try await onConnection($0, body) }
  }

  static func onConnection<Result: Sendable>(
    _ url: String, _ body: @escaping @Sendable (Connection) throws -> Result
  ) async throws -> Result {
    try await Connection.run(ConnectionConfiguration(url: url), body)
  }
}

/// What a throwing expression throws as a ``PostgresError``.
func postgresError(_ body: () async throws -> Void) async -> PostgresError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? PostgresError
  }
}

func postgresError(in body: () throws -> Void) -> PostgresError? {
  do {
    try body()
    return nil
  } catch {
    return error as? PostgresError
  }
}

/// Waits until a condition holds, at most thirty seconds.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
  let deadline = ContinuousClock.now + .seconds(30)
  while ContinuousClock.now < deadline {
    if try await condition() { return true }
    try await Task.sleep(for: .milliseconds(5))
  }
  return false
}
