import Postgres

/// What the database knows of its ledger.
struct LedgerRow: Sendable {
  let id: ID<ErasureLedger>
  /// The last entry that came with a commit of this database, and its hash.
  let number: Int
  let hash: [UInt8]
  let term: Int
  /// Under which name this database wrote the ledger last; that of the original in a copy that never did. Nil before the
  /// first time.
  let writer: DatabaseIncarnation?

  init(_ row: Row) throws {
    (id, number, hash, term) = (
      try row.get(0), try row.get(1), try row.get(2, as: Bytea.self).bytes, try row.get(3)
    )
    writer = try row.get(4, as: String?.self).map(DatabaseIncarnation.init)
  }

  static let selection: Query = "SELECT id, number, hash, term, writer FROM ohjaustila.erasure_ledger"

  static func read(_ store: GuidanceStore) async throws -> LedgerRow? { try await readWithName(store).row }

  /// With the name that the database has now among its copies.
  static func readWithName(_ store: GuidanceStore) async throws -> (row: LedgerRow?, me: DatabaseIncarnation) {
    try await store.scheduler.readOnce([store.stating(nil), selection, "SELECT ohjaustila.incarnation()"]) { rows in
      (
        try rows[1].optionalOne().map(LedgerRow.init),
        DatabaseIncarnation(try rows[2].exactlyOne().get(0, as: String.self))
      )
    }
  }

  /// What is wrong with a ledger that was read; nil when it is the one.
  func trouble(_ reader: LedgerReader, in folder: String) -> LedgerTrouble? {
    guard let opening = reader.opening else {
      return reader.firstBreak.map(LedgerTrouble.broken) ?? .lost(ledger: "\(id)", folder: folder)
    }
    guard opening.ledger == id else { return .other(found: "\(opening.ledger)", known: "\(id)", folder: folder) }
    if let found = reader.firstBreak { return .broken(found) }
    guard reader.number >= number else { return .shorter(entries: reader.number, seen: number, folder: folder) }
    return reader.has(number, hash) ? nil : .differs(entry: number, folder: folder)
  }
}
