/// How a database's schema compares with the migrations a program knows.
public struct MigrationStatus: Hashable, Sendable {
  /// A migration that the database says it has.
  public struct Applied: Hashable, Sendable {
    /// Its number.
    public let id: Int
    /// Its name.
    public let name: String
    /// SHA-256 of its text.
    public let checksum: Bytea
    /// When it was applied.
    public let appliedAt: Timestamp
  }

  /// What the database has and the program knows, in order.
  public let applied: [Applied]
  /// What the program knows and the database lacks, in order.
  public let pending: [Migration]
  /// What the database has and the program does not know, in order.
  public let unknown: [Applied]
  /// Numbers of applied migrations whose text or name differs from the program's.
  public let changed: [Int]

  init(files: [(migration: Migration, checksum: Bytea)], applied all: [Applied]) {
    let known = Dictionary(uniqueKeysWithValues: files.map { ($0.migration.id, $0) })
    let done = Set(all.map(\.id))
    applied = all.filter { known[$0.id] != nil }
    unknown = all.filter { known[$0.id] == nil }
    pending = files.map(\.migration).filter { !done.contains($0.id) }
    changed = all.filter { applied in
      known[applied.id].map { $0.migration.name != applied.name || $0.checksum != applied.checksum } ?? false
    }.map(\.id)
  }

  /// Refuses a database that the migrations cannot have made.
  /// - Throws: ``MigrationError/unknownSchema(id:name:)``, ``MigrationError/missing(id:)``,
  ///   ``MigrationError/changed(file:)``.
  public func requireConsistent() throws {
    let newest = max(applied.last?.id ?? 0, pending.last?.id ?? 0)
    if let first = unknown.first {
      if first.id > newest { throw MigrationError.unknownSchema(id: first.id, name: first.name) }
      throw MigrationError.missing(id: first.id)
    }
    if let id = changed.first, let applied = applied.first(where: { $0.id == id }) {
      throw MigrationError.changed(file: Migration(id: id, name: applied.name, sql: "").fileName)
    }
    if let first = pending.first, let last = applied.last, first.id < last.id {
      throw MigrationError.missing(id: first.id)
    }
  }
}
