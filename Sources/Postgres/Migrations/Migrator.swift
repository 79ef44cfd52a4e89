import Logging

/// Brings a database's schema up to date: every migration in a transaction of its own, all under one advisory lock, each
/// recorded in `<schema>.schema_migration` with the SHA-256 of its text.
public struct Migrator: Sendable {
  private let configuration: ConnectionConfiguration
  private let schema: String
  private let migrations: [Migration]
  private let variables: [String: String]

  /// - Parameters:
  ///   - configuration: the connection of the schema's owner; statements are not timed out.
  ///   - schema: holds the record; made when missing.
  ///   - migrations: in order, numbered from 1.
  ///   - variables: identifiers for `:"name"` in the texts.
  /// - Throws: ``MigrationError/duplicate(id:)``, ``MigrationError/gap(missing:)``.
  public init(
    _ configuration: ConnectionConfiguration, schema: String, migrations: [Migration], variables: [String: String] = [:]
  ) throws {
    var configuration = configuration
    configuration.settings["statement_timeout"] = "0"
    configuration.settings["lock_timeout"] = "0"
    self.configuration = configuration
    self.schema = schema
    self.migrations = try Migration.checked(migrations)
    self.variables = variables
  }

  /// Applies what is pending. Of several at once, one works and the others find nothing left to do.
  /// - Returns: what was applied.
  /// - Throws: ``MigrationError``; migrations before the failing one stay applied.
  @discardableResult
  public func migrate() async throws -> [Migration] {
    // All texts are filled in before the first is run.
    let texts = try migrations.map { try MigrationVariables.fill($0, with: variables) }
    return try await Connection.run(configuration) { connection in
      let lock = "schema_migration:" + schema
      _ = try connection.pipeline(["SELECT pg_advisory_lock(hashtextextended(\(lock), 0))"])
      try createRecord(connection)
      let status = try status(connection)
      try status.requireConsistent()
      for migration in status.pending {
        try apply(migration, text: texts[migration.id - 1], on: connection)
      }
      return status.pending
    }
  }

  /// Compares the database with the migrations, and changes nothing. A database without a record has nothing applied.
  public func status() async throws -> MigrationStatus {
    try await Connection.run(configuration) { try status($0) }
  }

  /// Refuses every schema but the one that these migrations make: for a service at its start.
  ///
  /// Needs no more than SELECT on the record, USAGE on its schema.
  /// - Throws: ``MigrationError``, of which ``MigrationError/pending(_:)`` says to migrate.
  public func requireCurrent() async throws {
    let status = try await status()
    try status.requireConsistent()
    guard status.pending.isEmpty else { throw MigrationError.pending(status.pending.map(\.fileName)) }
  }

  private var record: Query { "\(identifier: schema).schema_migration" }

  private func createRecord(_ connection: Connection) throws {
    let found = try connection.pipeline(["SELECT to_regnamespace(quote_ident(\(schema))) IS NOT NULL"])
    if try !found[0].exactlyOne().get(0, as: Bool.self) {
      _ = try connection.pipeline(["CREATE SCHEMA \(identifier: schema)"])
    }
    _ = try connection.pipeline([
      """
      CREATE TABLE IF NOT EXISTS \(record) (
        id integer PRIMARY KEY CHECK (id > 0),
        name text NOT NULL,
        checksum bytea NOT NULL CHECK (length(checksum) = 32),
        applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
      )
      """
    ])
  }

  private func status(_ connection: Connection) throws -> MigrationStatus {
    let results = try connection.pipeline([
      "SELECT to_regclass(format('%I.schema_migration', \(schema)::text)) IS NOT NULL",
      """
      SELECT sha256(text) FROM unnest(\(migrations.map { Bytea(Array($0.sql.utf8)) }))
      WITH ORDINALITY AS migration (text, number) ORDER BY number
      """,
    ])
    let checksums = try results[1].map { try $0.get(0, as: Bytea.self) }
    let files = zip(migrations, checksums).map { (migration: $0, checksum: $1) }
    guard try results[0].exactlyOne().get(0, as: Bool.self) else { return MigrationStatus(files: files, applied: []) }
    let rows = try connection.pipeline(["SELECT id, name, checksum, applied_at FROM \(record) ORDER BY id"])
    return MigrationStatus(
      files: files,
      applied: try rows[0].map { row in
        var cells = row.cells
        return try MigrationStatus.Applied(
          id: cells.next(), name: cells.next(), checksum: cells.next(), appliedAt: cells.next())
      })
  }

  private func apply(_ migration: Migration, text: String, on connection: Connection) throws {
    _ = try connection.pipeline(["BEGIN"])
    do {
      try connection.executeSimply(text)
    } catch PostgresError.server(var error) {
      let line = error.position.map { text.prefix($0 - 1).count { $0.isNewline } + 1 }
      error.statement = ""
      throw MigrationError.failed(file: migration.fileName, line: line, error: error)
    } catch let loss as ConnectionLoss {
      throw PostgresError.connectionLost(loss.reason)
    }
    guard connection.transactionState == .open else { throw MigrationError.endedTransaction(file: migration.fileName) }
    _ = try connection.pipeline([
      """
      INSERT INTO \(record) (id, name, checksum)
      VALUES (\(Int32(migration.id)), \(migration.name), sha256(\(Bytea(Array(migration.sql.utf8)))))
      """,
      "COMMIT",
    ])
    configuration.logger.info("migration applied", metadata: ["file": "\(migration.fileName)"])
  }
}
