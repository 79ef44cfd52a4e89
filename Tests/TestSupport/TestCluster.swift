public import Foundation
import Glibc
import Guidance
public import Postgres
import Synchronization

/// One private PostgreSQL server for the whole test process, started by whoever needs it first and stopped at exit (by
/// the kernel, should the process die).
public enum TestCluster {
  private static let starting = Task { try await start() }

  /// The running server.
  public static func server() async throws -> EmbeddedServer {
    try await starting.value
  }

  /// Runs a closure with the URL of a fresh database, copied from a template, and drops it afterwards.
  public static func withDatabase<Result>(
    template: String = "template1", _ body: (String) async throws -> Result
  ) async throws -> Result {
    let server = try await server()
    let name = "test_" + UUID().uuidString.lowercased().prefix(13)
    try await administer("CREATE DATABASE \(identifier: name) TEMPLATE \(identifier: template)")
    do {
      let result = try await body(server.url(database: name))
      try await administer("DROP DATABASE \(identifier: name) WITH (FORCE)")
      return result
    } catch {
      try? await administer("DROP DATABASE \(identifier: name) WITH (FORCE)")
      throw error
    }
  }

  /// Runs one statement as the superuser in the database `postgres`.
  public static func administer(_ query: Query) async throws {
    let server = try await server()
    try await Connection.run(ConnectionConfiguration(url: server.url())) { _ = try $0.pipeline([query]) }
  }

  /// A new folder under /tmp that an unprivileged server can reach.
  public static func temporaryFolder() throws -> URL {
    let folder = URL(filePath: "/tmp/\(prefix)\(getpid())-\(UUID().uuidString.prefix(8))", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    return folder
  }

  private static let prefix = "ohjaustila-test-"

  /// Nothing here has to outlive a power cut, and every test makes a database.
  private static let settings = [
    "max_connections": "300", "shared_buffers": "64MB", "fsync": "off", "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
  ]

  private static func start() async throws -> EmbeddedServer {
    removeLeftovers()
    let folder = try temporaryFolder()
    let server = try await EmbeddedServer.start(
      .init(dataFolder: folder, roles: RoleNames.standard.logins, settings: settings))
    Exit.clean = { [server] in
      let stopped = DispatchSemaphore(value: 0)
      Task.detached {
        await server.stop()
        stopped.signal()
      }
      stopped.wait()
      try? FileManager.default.removeItem(at: folder)
    }
    atexit { Exit.clean?() }
    return server
  }

  /// Removes the folders of test processes that died.
  private static func removeLeftovers() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? []
    for name in names where name.hasPrefix(prefix) {
      guard let pid = pid_t(name.dropFirst(prefix.count).prefix { $0.isNumber }), kill(pid, 0) != 0 else { continue }
      try? FileManager.default.removeItem(atPath: "/tmp/" + name)
    }
  }
}

/// What runs when the test process exits.
private enum Exit {
  private static let stored = Mutex<(@Sendable () -> Void)?>(nil)

  static var clean: (@Sendable () -> Void)? {
    get { stored.withLock { $0 } }
    set { stored.withLock { $0 = newValue } }
  }
}
