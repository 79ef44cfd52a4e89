import Foundation
import Lifecycle
import Postgres

/// What a verification of every journal found.
public struct JournalVerification: Sendable, Equatable {
  /// Journals that were followed to their end.
  public internal(set) var spaces = 0
  /// Entries in them.
  public internal(set) var entries = 0
  /// The first break in the order of identifiers; nil when every journal is whole.
  public internal(set) var firstBreak: JournalBreak?
}

extension JournalVerification: CustomStringConvertible {
  /// One sentence: `2 journals with 9 entries are whole`.
  public var description: String {
    let (journals, verb) = spaces == 1 ? ("journal", "is") : ("journals", "are")
    return "\(spaces) \(journals) with \(entries) \(entries == 1 ? "entry" : "entries") \(verb) whole"
  }
}

extension GuidanceStore {
  /// Follows every space's journal from its first entry to the head that the space, or its tombstone, remembers.
  ///
  /// Reads pages in the order of identifiers and keeps one at a time: millions of entries take no more memory than some.
  /// Facts may be recorded meanwhile.
  ///
  /// - Parameter progress: is told how far it is, now and then.
  /// - Returns: how much was verified, up to the first break.
  public func verifyJournals(
    progress: (JournalVerification) -> Void = { _ in }
  ) async throws -> JournalVerification {
    var result = JournalVerification()
    var after = ID<Space>(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
    while true {
      let spaces = try await journalOwners(after: after)
      guard let last = spaces.last else { return result }
      for space in spaces {
        if let reason = try await verify(space, &result) {
          result.firstBreak = JournalBreak(space: space, reason: reason)
          return result
        }
        result.spaces += 1
      }
      progress(result)
      after = last
    }
  }

  private static let ownersAtOnce = 1000
  private static let entriesAtOnce = 2000

  /// Every identifier that has a journal or ought to have one. The journal is asked for the next identifier again and
  /// again, so that a space with a million entries costs no more than one with two.
  private func journalOwners(after: ID<Space>) async throws -> [ID<Space>] {
    try await scheduler.readOnce([
      """
      WITH RECURSIVE named AS (
        (SELECT space_id FROM ohjaustila.journal WHERE space_id > \(after) ORDER BY space_id LIMIT 1)
        UNION ALL
        SELECT (SELECT j.space_id FROM ohjaustila.journal j WHERE j.space_id > named.space_id
          ORDER BY j.space_id LIMIT 1) FROM named WHERE named.space_id IS NOT NULL)
      SELECT id FROM (
        (SELECT space_id AS id FROM named WHERE space_id IS NOT NULL LIMIT \(Self.ownersAtOnce))
        UNION (SELECT id FROM ohjaustila.space WHERE id > \(after) ORDER BY id LIMIT \(Self.ownersAtOnce))
        UNION (SELECT space_id FROM ohjaustila.tombstone WHERE space_id > \(after) ORDER BY space_id
          LIMIT \(Self.ownersAtOnce))) AS owner
      ORDER BY id LIMIT \(Self.ownersAtOnce)
      """
    ]) { try $0[0].map { try $0.get(0) } }
  }

  private func verify(
    _ space: ID<Space>, _ result: inout JournalVerification
  ) async throws -> JournalBreak.Reason? {
    var check = ChainCheck(space: space)
    while true {
      let (lines, head) = try await page(of: space, after: check.head.sequence)
      for line in lines {
        if let reason = check.follow(line) { return reason }
        result.entries += 1
      }
      // The head is of the same statement as the page: what is recorded later shows in neither.
      if lines.count < Self.entriesAtOnce { return check.end(at: head) }
    }
  }

  /// Some entries, and the head as it was when they were read.
  private func page(
    of space: ID<Space>, after sequence: Int
  ) async throws -> (lines: [JournalLine], head: (sequence: Int, hash: [UInt8])?) {
    try await scheduler.readOnce([
      """
      WITH head AS (
        SELECT journal_seq, journal_hash FROM ohjaustila.tombstone WHERE space_id = \(space)
        UNION ALL SELECT journal_seq, journal_hash FROM ohjaustila.space WHERE id = \(space)
        LIMIT 1)
      SELECT j.seq, j.kind, j.effective_at, j.recorded_at, j.entry, j.hash, head.journal_seq, head.journal_hash
      FROM (VALUES (1)) AS always (one)
      LEFT JOIN head ON true
      LEFT JOIN LATERAL (
        SELECT * FROM ohjaustila.journal WHERE space_id = \(space) AND seq > \(sequence)
        ORDER BY seq LIMIT \(Self.entriesAtOnce)) j ON true
      ORDER BY j.seq
      """
    ]) { rows in
      let lines = try rows[0].compactMap(JournalLine.init(ifPresent:))
      let first = try rows[0].first.map { ($0, try $0.get(6, as: Int?.self)) }
      guard case (let row, let sequence?)? = first else { return (lines, nil) }
      return (lines, (sequence, try row.get(7, as: Bytea.self).bytes))
    }
  }
}

extension JournalLine {
  /// Nil for the row that only carries the head.
  fileprivate init?(ifPresent row: Row) throws {
    guard let sequence = try row.get(0, as: Int?.self) else { return nil }
    try self.init(
      sequence: sequence, kind: row.get(1), effectiveAt: row.get(2), recordedAt: row.get(3),
      entry: row.get(4, as: Bytea.self).bytes, hash: row.get(5, as: Bytea.self).bytes)
  }
}
