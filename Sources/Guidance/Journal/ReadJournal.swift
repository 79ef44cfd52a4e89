public import Lifecycle
import Postgres

/// An entry of a space's journal as a reader sees it.
public struct JournalLine: Sendable {
  /// From one, without gaps.
  public let sequence: Int
  /// The code of what happened.
  public let kind: String
  /// When it took effect.
  public let effectiveAt: Instant
  /// When it was written down.
  public let recordedAt: Instant
  /// The bytes that were hashed.
  public let entry: [UInt8]
  /// SHA-256 over the hash before it and `entry`.
  public let hash: [UInt8]
}

extension GuidanceStore {
  /// A space's journal in order, for who takes part in it and the data protection officer: identifiers and codes only.
  public func journal(
    of space: ID<Space>, _ page: PageRequest, for caller: Caller
  ) async throws -> Page<JournalLine> {
    let after = try page.number()
    let selection: Query = """
      SELECT seq, kind, effective_at, recorded_at, entry, hash FROM ohjaustila.journal
      WHERE space_id = \(space) AND seq > \(after) ORDER BY seq LIMIT \(page.limit + 1)
      """
    let decode: @Sendable (SpaceAccess, ArraySlice<Rows>) throws -> [JournalLine] = { _, rows in
      try rows[0].map { row in
        try JournalLine(
          sequence: row.get(0), kind: row.get(1), effectiveAt: row.get(2), recordedAt: row.get(3),
          entry: row.get(4, as: Bytea.self).bytes, hash: row.get(5, as: Bytea.self).bytes)
      }
    }
    let lines = try await elseAsOfficer(caller) {
      try await reading(space, by: caller, to: .readJournal, [selection], decode)
    } officer: {
      try await readingAsOfficer(space, by: caller, to: .readJournal, [selection], decode)
    }
    return Page(lines, limit: page.limit, next: { String($0.sequence) })
  }
}
