import Foundation
import Guidance
import Logging
import Postgres
import Vault

/// An installation put together from its options: database, keys, policies, clock, use cases.
struct Installation {
  let store: GuidanceStore
  let file: InstallationFile
  let resources: Resources
  let logger: Logger
  /// What opening the erasure ledger came to.
  let ledger: LedgerOpening
  private let access: DatabaseAccess
  private let databases: [Database]

  /// How the keys have to be for a command to run.
  enum KeyCare {
    /// Those that the database is sealed under and that archives are signed with.
    case inOrder
    /// The same, but that the key for signing archives may be another than the one that signed last.
    case replacingLostArchiveKey
    /// Whatever they are: the command is about keys.
    case asTheyAre
  }

  /// Runs a closure with the installation, and takes everything down in order, whatever happens.
  ///
  /// - Parameters:
  ///   - keys: what has to be in order with the keys.
  ///   - openingLedger: off for commands that look after the erasure ledger or the masters and nothing else: all others get
  ///     a database in which nothing is left of what it calls erased.
  static func with<Result>(
    _ options: InstallationOptions, keys: KeyCare = .inOrder, openingLedger: Bool = true,
    _ body: (Installation) async throws -> Result
  ) async throws -> Result {
    let environment = Environment()
    let logger = options.logger
    let resources = try Resources.find(environment: environment.variables)
    let file = try options.installationFile()
    let access = try await DatabaseAccess.open(
      options, environment: environment, resources: resources, logger: logger)
    // Callers' statements go by key, and a plan made once is right for each: left to itself, PostgreSQL compares costs of
    // different days and may come to plan every statement anew, which takes longer than running it.
    let service = database(
      access.serviceURL, connections: 4, settings: ["plan_cache_mode": "force_generic_plan"], logger)
    let scheduler = database(access.schedulerURL, connections: 2, logger)
    let dpo = database(access.dpoURL, connections: 2, logger)
    var opened: GuidanceStore?
    do {
      // Where there are keys already, those that can't be found are lost, and new ones would hide that.
      let isNew = try await !GuidanceStore.hasKeys(service)
      let signsForTheFirstTime = try await !GuidanceStore.hasArchiveKeys(service)
      let store = try store(
        options, file, environment, resources, service: service, scheduler: scheduler, dpo: dpo, creatingKeys: isNew,
        creatingArchiveKeys: signsForTheFirstTime, logger)
      opened = store
      switch keys {
      case .inOrder: try await store.checkDatabase()
      case .replacingLostArchiveKey: try await store.checkDatabaseReplacingLostKey()
      case .asTheyAre: try await store.checkDatabaseButKeys()
      }
      let installation = Installation(
        store: store, file: file, resources: resources, logger: logger,
        ledger: openingLedger ? try await store.openLedger() : LedgerOpening(), access: access,
        databases: [service, scheduler, dpo])
      let result = try await body(installation)
      await installation.close()
      return result
    } catch {
      await opened?.close()
      for database in [service, scheduler, dpo] { await database.shutdown(grace: .zero) }
      await access.embedded?.stop()
      throw error
    }
  }

  /// Waits until the private PostgreSQL has ended by itself; nil when there is none or the task was cancelled.
  func untilDatabaseEnds() async -> EmbeddedServer.End? {
    await access.embedded?.untilEnd()
  }

  /// Whether the database is this process's own.
  var hasOwnDatabase: Bool { access.embedded != nil }

  /// How a connection for wake-ups is made: as the service's role.
  var listening: ConnectionConfiguration {
    ConnectionConfiguration(url: access.serviceURL, applicationName: "ohjaustila events", logger: logger)
  }

  private func close() async {
    await store.close()
    for database in databases { await database.shutdown() }
    await access.embedded?.stop()
  }

  private static func database(
    _ url: String, connections: Int, settings: [String: String] = [:], _ logger: Logger
  ) -> Database {
    Database(
      Database.Configuration(
        url: url, connections: connections, settings: settings, requireOneFunction: "ohjaustila.require_one",
        logger: logger))
  }

  private static func store(
    _ options: InstallationOptions, _ file: InstallationFile, _ environment: Environment, _ resources: Resources,
    service: Database, scheduler: Database, dpo: Database, creatingKeys: Bool, creatingArchiveKeys: Bool,
    _ logger: Logger
  ) throws -> GuidanceStore {
    let policies = Policies(try PolicyFile.loadFolder(resources.policies.path))
    let keys =
      try KeyRing.environment(environment.variables)
      ?? KeyRing.load(folder: options.keyFolder, creating: creatingKeys)
    let archiveKeys =
      try ArchiveKeys.environment(environment.variables)
      ?? ArchiveKeys.load(folder: options.keyFolder, creating: creatingArchiveKeys)
    var limits = GuidanceStore.Options()
    if let size = file.maximumFileSize { limits.maximumFileSize = size }
    limits.space = file.space
    if let lifetime = file.archiveLinkLifetime { limits.archiveLinkLifetime = lifetime }
    if let uploads = file.openUploads { limits.openUploads = uploads }
    if let hours = file.uploadLifetimeHours { limits.uploadLifetime = .seconds(hours * 3600) }
    limits.scansFiles = try ScannerSettings.read(environment, file) != nil
    limits.erasureLimit = file.erasureLimit
    limits.events = file.events
    limits.events.streams = min(limits.events.streams, OpenFiles.raiseLimit() / 2)
    return GuidanceStore(
      service: service, scheduler: scheduler, dpo: dpo, keys: keys, archiveKeys: archiveKeys,
      policies: policies, zone: try ZoneFile.load("Europe/Helsinki"),
      ledger: ErasureLedger(folder: options.ledgerFolder(environment)), clock: GuidanceClock(isMovable: options.dev),
      options: limits, logger: logger)
  }
}
