import ArgumentParser
import Foundation
import Guidance
import Logging
import Postgres

/// Makes the database roles and brings the schema up to date.
struct Migrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the database's roles and bring its schema up to date.",
    discussion: "The private PostgreSQL needs none of this: serve migrates it by itself.")

  @Option(name: .customLong("admin-url"), help: "A connection as a role that may make roles and schemas.")
  var adminURL: String?

  @Option(help: "What the names of the installation's roles begin with.")
  var prefix = RoleNames.standard.prefix

  @Flag(name: .customLong("print-roles"), help: "Only print the SQL that makes the roles, for an administrator.")
  var printRoles = false

  func run() async throws {
    guard let roles = RoleNames(prefix: prefix) else {
      throw ValidationError("--prefix has lower-case letters, digits and underscores, and begins with a letter")
    }
    guard !printRoles else { return print(Installer.roleScript(roles), terminator: "") }
    let environment = Environment()
    guard let url = try adminURL ?? environment.secret("OHJAUSTILA_ADMIN_URL") else {
      throw ValidationError("--admin-url or OHJAUSTILA_ADMIN_URL says which database")
    }
    let resources = try Resources.find(environment: environment.variables)
    let logger = Logger(label: "ohjaustila", factory: { StreamLogHandler.standardError(label: $0) })
    let installer = try Installer(adminURL: url, roles: roles, migrations: resources.migrations, logger: logger)
    let applied = try await installer.install()
    try await installer.setPasswords(passwords(environment, roles))
    for migration in applied { print("applied \(migration.id) \(migration.name)") }
    if applied.isEmpty { print("nothing to apply: the schema is up to date") }
  }
  /// The passwords in the service's connection strings, where those are told and have one.
  private func passwords(_ environment: Environment, _ roles: RoleNames) throws -> [String: String] {
    var passwords: [String: String] = [:]
    for variable in ["OHJAUSTILA_SERVICE_URL", "OHJAUSTILA_SCHEDULER_URL", "OHJAUSTILA_DPO_URL"] {
      guard let url = try environment.secret(variable).flatMap(URLComponents.init(string:)), let user = url.user,
        let password = url.password
      else { continue }
      guard roles.logins.contains(user) else {
        throw ValidationError("\(variable) logs in as \(user), which is none of the installation's roles")
      }
      passwords[user] = password
    }
    return passwords
  }
}
