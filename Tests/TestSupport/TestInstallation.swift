public import Foundation
public import Guidance
public import Lifecycle
import Logging
public import Postgres
public import Vault

/// A whole installation on a database of its own: migrated, with keys, policies and a movable clock.
///
/// Each is copied from a template that the test process makes once.
public struct TestInstallation: Sendable {
  /// The use cases, on the clock that tests move.
  public let store: GuidanceStore
  /// The database as the superuser, for looking behind row-level security.
  public let adminURL: String
  /// The database by login role.
  public let url: @Sendable (_ role: String) -> String
  /// The folder of the erasure ledger: copies of an installation share it.
  public let ledger: URL
  /// The connections that log in as the service, for their counters.
  public let service: Database
  /// The connections that log in as the scheduler.
  public let scheduler: Database
  /// The connections that log in as the data protection officer.
  public let dpo: Database

  /// The repository's folder.
  public static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Runs a closure with a fresh installation and takes it down afterwards.
  ///
  /// - Parameters:
  ///   - now: where the clock stands at first; must not be in the past.
  ///   - options: limits of the installation.
  ///   - policies: other ones than the repository's, without its access review: most tests pass years in which no staff
  ///     comes to work.
  ///   - keys: other ones than those that all tests of the process share.
  public static func with<Result>(
    now: Instant? = nil, options: GuidanceStore.Options = .init(), connections: Int = 4, policies: Policies? = nil,
    keys: KeyRing? = nil, _ body: (TestInstallation) async throws -> Result
  ) async throws -> Result {
    let template = try await Template.name()
    await Turnstile.shared.enter()
    defer { Turnstile.shared.leave() }
    return try await TestCluster.withDatabase(template: template) { adminURL in
      let ledger = try TestCluster.temporaryFolder()
      defer { try? FileManager.default.removeItem(at: ledger) }
      let installation = try await TestInstallation(
        adminURL: adminURL, ledger: ledger, options: options, connections: connections, policies: policies, keys: keys)
      do {
        if let now { try await installation.store.moveClock(to: now) }
        let result = try await body(installation)
        await installation.shutdown()
        return result
      } catch {
        await installation.shutdown()
        throw error
      }
    }
  }

  /// Another copy of the service on the same database, as a second process would be.
  public func copy(
    connections: Int = 4, options: GuidanceStore.Options = .init(), policies: Policies? = nil, keys: KeyRing? = nil,
    archiveKeys: ArchiveKeys? = nil, openingLedger: Bool = true
  ) async throws -> TestInstallation {
    try await TestInstallation(
      adminURL: adminURL, ledger: ledger, options: options, connections: connections,
      policies: policies ?? store.policies, keys: keys, archiveKeys: archiveKeys, openingLedger: openingLedger)
  }

  /// A copy on another database, whose ledger it has not opened.
  func copy(on adminURL: String, keys: KeyRing? = nil) async throws -> TestInstallation {
    try await TestInstallation(
      adminURL: adminURL, ledger: ledger, options: .init(), connections: 4, policies: store.policies, keys: keys,
      openingLedger: false)
  }

  /// Ends the copy's connections; the database goes with `with`.
  public func shutdown() async {
    await store.close()
    for database in [service, scheduler, dpo] { await database.shutdown(grace: .zero) }
  }

  /// Runs statements as the superuser.
  public func asAdmin<Value: Sendable>(
    _ query: Query, _ decode: @escaping @Sendable (Row) throws -> Value
  ) async throws -> [Value] {
    try await Connection.run(ConnectionConfiguration(url: adminURL)) { try $0.pipeline([query])[0].map(decode) }
  }

  /// Moves the clock and runs the scheduler up to it, as the development door does.
  @discardableResult
  public func advance(to instant: Instant) async throws -> SweepReport {
    try await store.moveClock(to: instant)
    return try await store.sweep()
  }

  private init(
    adminURL: String, ledger: URL, options: GuidanceStore.Options, connections: Int, policies: Policies?,
    keys: KeyRing?, archiveKeys: ArchiveKeys? = nil, openingLedger: Bool = true
  ) async throws {
    let server = try await TestCluster.server()
    let database =
      adminURL.split(separator: "?")[0].split(separator: "/").last.flatMap { $0.removingPercentEncoding } ?? ""
    let url: @Sendable (String) -> String = { server.url(database: database, role: $0) }
    let roles = RoleNames.standard
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    service = Database(Self.configuration(url(roles.service), connections, logger))
    scheduler = Database(Self.configuration(url(roles.scheduler), 2, logger))
    dpo = Database(Self.configuration(url(roles.dpo), 2, logger))
    self.adminURL = adminURL
    self.url = url
    self.ledger = ledger
    store = GuidanceStore(
      service: service, scheduler: scheduler, dpo: dpo, keys: try keys ?? Self.keys(),
      archiveKeys: try archiveKeys ?? Self.archiveKeys(),
      policies: try policies ?? Policies(Self.shippedPolicies().map { try $0.withoutAccessReview }),
      zone: try ZoneFile.load("Europe/Helsinki"), ledger: ErasureLedger(folder: ledger.path),
      clock: GuidanceClock(isMovable: true), options: options,
      logger: logger)
    try await store.checkDatabase()
    if openingLedger { _ = try await store.openLedger() }
    try await store.publishPolicies()
  }

  /// The repository's policies as they are.
  public static func shippedPolicies() throws -> [Policy] {
    try PolicyFile.loadFolder(repository.appending(path: "Policies").path)
  }

  private static func configuration(_ url: String, _ connections: Int, _ logger: Logger) -> Database.Configuration {
    Database.Configuration(
      url: url, connections: connections, requireOneFunction: "ohjaustila.require_one", logger: logger)
  }

  /// One ring for the process: copies of an installation share its keys.
  private static func keys() throws -> KeyRing { try sharedKeys.get() }
  /// What copies sign archives with.
  public static func archiveKeys() throws -> ArchiveKeys { try ArchiveKeys.parse(archiveKeyItem) }
  /// The same as text.
  public static let archiveKeyItem = ArchiveKeys.newItem()
  private static let sharedKeys = Swift.Result<KeyRing, any Error> {
    try KeyRing.load(folder: TestCluster.temporaryFolder().appending(path: "keys").path)
  }

  /// The migrated database that tests copy.
  private enum Template {
    private static let making = Task {
      let server = try await TestCluster.server()
      try await TestCluster.administer("CREATE DATABASE ohjaustila_template")
      let migrations = repository.appending(path: "Migrations")
      let installer = try Installer(
        adminURL: server.url(database: "ohjaustila_template"), migrations: migrations,
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
      try await installer.install()
      return "ohjaustila_template"
    }

    static func name() async throws -> String { try await making.value }
  }
}

extension Policy {
  fileprivate var withoutAccessReview: Policy {
    get throws {
      var terms = terms
      terms.accessReview = nil
      return try Policy(terms)
    }
  }
}
