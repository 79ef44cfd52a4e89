import Foundation
import Guidance
import Logging
import Postgres

/// How this process reaches its database: a server of its own, or one that it is told of.
struct DatabaseAccess {
  let serviceURL: String
  let schedulerURL: String
  let dpoURL: String
  /// The private server; nil when the database is somebody else's.
  let embedded: EmbeddedServer?

  /// Only some of the login roles were told.
  struct Incomplete: Error, CustomStringConvertible {
    var description: String {
      "OHJAUSTILA_SERVICE_URL (or DATABASE_URL), OHJAUSTILA_SCHEDULER_URL and OHJAUSTILA_DPO_URL are set together: "
        + "one URL a login role"
    }
  }

  /// Uses the database the environment names, else starts the private one and brings its schema up to date.
  static func open(
    _ options: InstallationOptions, environment: Environment, resources: Resources, logger: Logger
  ) async throws -> DatabaseAccess {
    let service = try environment.secret("OHJAUSTILA_SERVICE_URL") ?? environment.secret("DATABASE_URL")
    let scheduler = try environment.secret("OHJAUSTILA_SCHEDULER_URL")
    let dpo = try environment.secret("OHJAUSTILA_DPO_URL")
    guard service != nil || scheduler != nil || dpo != nil else {
      return try await startEmbedded(options.dataFolder, resources: resources, logger: logger)
    }
    guard let service, let scheduler, let dpo else { throw Incomplete() }
    try await Installer.requireCurrent(serviceURL: service, roles: .standard, migrations: resources.migrations)
    return DatabaseAccess(serviceURL: service, schedulerURL: scheduler, dpoURL: dpo, embedded: nil)
  }

  private static let database = "ohjaustila"

  private static func startEmbedded(
    _ dataFolder: URL, resources: Resources, logger: Logger
  ) async throws -> DatabaseAccess {
    let roles = RoleNames.standard
    let folder = try clusterFolder(dataFolder, logger: logger)
    let server = try await EmbeddedServer.start(
      EmbeddedServer.Configuration(dataFolder: folder, roles: roles.logins, logger: logger))
    do {
      try await createDatabase(on: server)
      let installer = try Installer(
        adminURL: server.url(database: database), migrations: resources.migrations, logger: logger)
      let applied = try await installer.install()
      if !applied.isEmpty { logger.info("migrated", metadata: ["applied": "\(applied.count)"]) }
    } catch {
      await server.stop()
      throw error
    }
    return DatabaseAccess(
      serviceURL: server.url(database: database, role: roles.service),
      schedulerURL: server.url(database: database, role: roles.scheduler),
      dpoURL: server.url(database: database, role: roles.dpo), embedded: server)
  }

  private static func createDatabase(on server: EmbeddedServer) async throws {
    try await Connection.run(ConnectionConfiguration(url: server.url())) { connection in
      let exists = try connection.pipeline(["SELECT FROM pg_database WHERE datname = \(database)"])[0].count == 1
      if !exists { _ = try connection.pipeline(["CREATE DATABASE \(identifier: database)"]) }
    }
  }

  /// The cluster's folder: in the data folder, or under /var/lib where the server's user can't reach that.
  ///
  /// PostgreSQL does not run as root, and its own user can't enter a clone under a home folder of mode 0700.
  private static func clusterFolder(_ dataFolder: URL, logger: Logger) throws -> URL {
    let wanted = dataFolder.appending(path: "postgres", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(
      at: dataFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    guard geteuid() == 0, let obstacle = try EmbeddedServer.firstUnreachable(on: wanted, by: "postgres") else {
      return wanted
    }
    let name = String(UInt64(bitPattern: Int64(stableHash(dataFolder.path))), radix: 36)
    let folder = URL(filePath: "/var/lib/ohjaustila/\(name)", directoryHint: .isDirectory)
    logger.notice(
      "PostgreSQL's user can't enter the data folder; the private cluster is elsewhere",
      metadata: ["obstacle": "\(obstacle.path)", "cluster": "\(folder.path)"])
    return folder
  }

  /// FNV-1a: the same in every process, unlike Swift's own hash.
  private static func stableHash(_ text: String) -> Int {
    text.utf8.reduce(into: 0x4bf2_9ce4_8422_2325) { hash, byte in hash = (hash ^ Int(byte)) &* 0x100_0000_01b3 }
  }
}
