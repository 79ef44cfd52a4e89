import Postgres

/// What the database knows of its ledger.
struct LedgerRow: Sendable {
  let id: ID<ErasureLedger>
  /// The last entry that came with a commit of this database, and its hash.
  let number: Int
  let hash: [UInt8]
  let term: Int

  init(_ row: Row) throws {
    (id, number, hash, term) = (
      try row.get(0), try row.get(1), try row.get(2, as: Bytea.self).bytes, try row.get(3)
    )
  }

  static let selection: Query = "SELECT id, number, hash, term FROM ohjaustila.erasure_ledger"

  static func read(_ store: GuidanceStore) async throws -> LedgerRow? {
    try await store.scheduler.readOnce([store.stating(nil), selection]) { try $0[1].optionalOne().map(LedgerRow.init) }
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
