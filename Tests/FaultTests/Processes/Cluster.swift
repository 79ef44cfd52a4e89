import Foundation
import Glibc
import Guidance
import Postgres
import Synchronization
import TestSupport

/// A PostgreSQL of the test's own, which is stopped in the hardest way there is short of the plug, and started again.
final class Cluster: Sendable {
  private let configuration: EmbeddedServer.Configuration
  private let server: Mutex<EmbeddedServer>

  /// The service's database.
  static let database = "ohjaustila"

  init(in folder: URL) async throws {
    configuration = EmbeddedServer.Configuration(
      dataFolder: folder, roles: RoleNames.standard.logins,
      settings: ["max_connections": "60", "shared_buffers": "64MB"])
    let server = try await EmbeddedServer.start(configuration)
    self.server = Mutex(server)
    try await Connection.run(ConnectionConfiguration(url: server.url())) {
      _ = try $0.pipeline(["CREATE DATABASE \(identifier: Self.database)"])
    }
  }

  /// The database, as the superuser unless a role is named.
  func url(role: String? = nil) -> String {
    server.withLock { $0.url(database: Self.database, role: role) }
  }

  /// The variables that tell the program where its database is, an address a role.
  var variables: [String: String] {
    let roles = RoleNames.standard
    return [
      "OHJAUSTILA_ADMIN_URL": url(), "OHJAUSTILA_SERVICE_URL": url(role: roles.service),
      "OHJAUSTILA_SCHEDULER_URL": url(role: roles.scheduler), "OHJAUSTILA_DPO_URL": url(role: roles.dpo),
    ]
  }

  /// PostgreSQL's own log.
  var logFile: URL { server.withLock(\.logFile) }

  /// An immediate shutdown: sessions are cut off, and the next start recovers from the log.
  func crash() async throws {
    let old = server.withLock { $0 }
    kill(old.pid, SIGQUIT)
    _ = await old.untilEnd()
    await old.stop()
    let new = try await EmbeddedServer.start(configuration)
    server.withLock { $0 = new }
  }

  /// Stops it, lets somebody at the folder of its files, and starts it again.
  func whileStopped(_ body: (_ files: URL) throws -> Void) async throws {
    await stop()
    try body(configuration.dataFolder.appending(path: "cluster"))
    let new = try await EmbeddedServer.start(configuration)
    server.withLock { $0 = new }
  }

  /// Puts the database back to what a backup has, while nobody uses it.
  func replace(by backup: URL) async throws {
    let admin = ConnectionConfiguration(url: server.withLock { $0.url() })
    try await Connection.run(admin) {
      _ = try $0.pipeline(["DROP DATABASE \(identifier: Self.database) WITH (FORCE)"])
      _ = try $0.pipeline(["CREATE DATABASE \(identifier: Self.database) TEMPLATE template0"])
    }
    try Backup.restore(backup, to: url())
  }

  func stop() async {
    await server.withLock { $0 }.stop()
  }

  /// Asks as the superuser, behind row-level security.
  func ask<Value: Sendable>(
    _ query: Query, _ decode: @escaping @Sendable (Row) throws -> Value
  ) async throws -> [Value] {
    try await Connection.run(ConnectionConfiguration(url: url())) { try $0.pipeline([query])[0].map(decode) }
  }

  /// One number.
  func count(_ query: Query) async throws -> Int {
    try await ask(query) { try $0.get(0, as: Int.self) }.first ?? 0
  }

  /// How many transactions wait for a lock.
  func waiting() async throws -> Int {
    try await count("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
  }
}

/// A lock that the superuser holds.
final class AdminLock: Sendable {
  private let isOver = DispatchSemaphore(value: 0)
  private let holding: Task<Void, any Error>

  /// Takes the lock.
  init(_ cluster: Cluster, _ lock: Query) async throws {
    let (taken, taker) = AsyncStream<Void>.makeStream()
    let (url, isOver) = (cluster.url(), isOver)
    holding = Task {
      try await Connection.run(ConnectionConfiguration(url: url)) { connection in
        defer { taker.finish() }
        _ = try connection.pipeline(["BEGIN", lock])
        taker.finish()
        isOver.wait()
        _ = try connection.pipeline(["ROLLBACK"])
      }
    }
    for await _ in taken {}
  }

  /// Gives it back, with nothing changed.
  func release() async throws {
    isOver.signal()
    try await holding.value
  }
}
