public import Foundation
public import Logging
public import Postgres

/// Brings a database to where this version can serve from it: roles, schema, migrations. May be run again at any time.
public struct Installer: Sendable {
  /// The schema that everything is in.
  public static let schema = "ohjaustila"

  private let admin: ConnectionConfiguration
  private let roles: RoleNames
  private let migrations: [Migration]

  /// - Parameters:
  ///   - adminURL: a connection to the database as a role that may make roles and schemas.
  ///   - migrations: the folder with the migrations.
  public init(adminURL: String, roles: RoleNames = .standard, migrations: URL, logger: Logger) throws {
    admin = ConnectionConfiguration(url: adminURL, applicationName: "ohjaustila migrate", logger: logger)
    self.roles = roles
    self.migrations = try Migration.load(from: migrations)
  }

  /// Makes what is missing.
  ///
  /// - Returns: the migrations that were applied.
  @discardableResult
  public func install() async throws -> [Migration] {
    let (roles, schema) = (self.roles, Self.schema)
    try await Connection.run(admin) { connection in
      // Roles belong to the cluster: two installers, also of two databases in it, take turns.
      _ = try connection.pipeline(["SELECT pg_advisory_lock(hashtext('ohjaustila roles'))"])
      let existing = try connection.pipeline(["SELECT rolname::text FROM pg_roles"])[0].map {
        try $0.get(0, as: String.self)
      }
      _ = try connection.pipeline(Self.roleStatements(roles, existing: Set(existing)))
      _ = try connection.pipeline(Self.schemaStatements(roles, schema))
      _ = try connection.pipeline(["SELECT pg_advisory_unlock(hashtext('ohjaustila roles'))"])
    }
    let applied = try await migrator.migrate()
    try await Connection.run(admin) { connection in
      _ = try connection.pipeline([
        "REVOKE CREATE ON SCHEMA \(identifier: schema) FROM \(identifier: roles.narrow)",
        "GRANT SELECT ON \(identifier: schema).schema_migration TO \(identifier: roles.service), \(identifier: roles.backup)",
      ])
    }
    return applied
  }

  /// Runs statements as the administrator.
  func asAdministrator(_ body: @escaping @Sendable (Connection) throws -> Void) async throws {
    try await Connection.run(admin, body)
  }

  /// Which migrations are applied and which wait.
  public func status() async throws -> MigrationStatus {
    try await migrator.status()
  }

  private var migrator: Migrator {
    get throws {
      var owner = admin
      owner.settings["role"] = roles.owner
      return try Migrator(owner, schema: Self.schema, migrations: migrations, variables: roles.variables)
    }
  }

  /// Refuses a database whose schema is not exactly what this version knows. Needs no more than the service's rights.
  public static func requireCurrent(serviceURL: String, roles: RoleNames, migrations: URL) async throws {
    try await Migrator(
      ConnectionConfiguration(url: serviceURL), schema: schema, migrations: Migration.load(from: migrations),
      variables: roles.variables
    ).requireCurrent()
  }

  /// The statements that make the roles, for an administrator who would rather run them than hand out the right to.
  public static func roleScript(_ roles: RoleNames) -> String {
    (roleStatements(roles, existing: []) + schemaStatements(roles, schema)).map { $0.sql + ";\n" }.joined()
  }

  private static func roleStatements(_ roles: RoleNames, existing: Set<String>) -> [Query] {
    let creations: [(String, Query)] = [
      (roles.owner, "CREATE ROLE \(identifier: roles.owner) NOLOGIN"),
      (roles.narrow, "CREATE ROLE \(identifier: roles.narrow) NOLOGIN"),
      (roles.service, "CREATE ROLE \(identifier: roles.service) LOGIN"),
      (roles.scheduler, "CREATE ROLE \(identifier: roles.scheduler) LOGIN"),
      (roles.dpo, "CREATE ROLE \(identifier: roles.dpo) LOGIN"),
      (roles.backup, "CREATE ROLE \(identifier: roles.backup) LOGIN BYPASSRLS"),
    ]
    return creations.filter { !existing.contains($0.0) }.map(\.1)
      + ["GRANT \(identifier: roles.narrow) TO \(identifier: roles.owner)"]
  }

  private static func schemaStatements(_ roles: RoleNames, _ schema: String) -> [Query] {
    [
      "CREATE SCHEMA IF NOT EXISTS \(identifier: schema) AUTHORIZATION \(identifier: roles.owner)",
      // To be given a function, the narrow owner must be able to make one; taken back after the migrations.
      "GRANT CREATE ON SCHEMA \(identifier: schema) TO \(identifier: roles.narrow)",
    ]
  }
}
