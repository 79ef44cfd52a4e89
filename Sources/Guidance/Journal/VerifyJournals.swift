import Foundation
import Lifecycle
import Postgres

/// What a verification of every journal found.
public typealias JournalVerification = ChainVerification<JournalBreak>

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
      guard let last = spaces.last else {
        result.firstBreak = try await verifyExpiries(&result)
        return result
      }
      for space in spaces {
        switch try await verify(space, &result) {
        case .whole: result.chains += 1
        case .expired: continue
        case .broken(let reason):
          result.firstBreak = JournalBreak(space: space, reason: reason)
          return result
        }
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

  private enum Finding {
    case whole, expired
    case broken(JournalBreak.Reason)
  }

  private func verify(_ space: ID<Space>, _ result: inout JournalVerification) async throws -> Finding {
    var check = ChainCheck(space: space)
    while true {
      let page = try await page(of: space, after: check.head.sequence)
      // Entries may be left that are still to be deleted; the mark is verified with the others.
      guard !page.isExpired else { return .expired }
      for line in page.lines {
        if let reason = check.follow(line) { return .broken(reason) }
        result.entries += 1
      }
      // The head is of the same statement as the page: what is recorded later shows in neither.
      if page.lines.count < Self.entriesAtOnce {
        return check.end(at: page.head).map { .broken($0) } ?? .whole
      }
    }
  }

  /// Some entries, and the head as it was when they were read.
  private func page(
    of space: ID<Space>, after sequence: Int
  ) async throws -> (lines: [JournalLine], head: (sequence: Int, hash: [UInt8])?, isExpired: Bool) {
    try await scheduler.readOnce([
      """
      WITH head AS (
        SELECT journal_seq, journal_hash FROM ohjaustila.tombstone WHERE space_id = \(space)
        UNION ALL SELECT journal_seq, journal_hash FROM ohjaustila.space WHERE id = \(space)
        LIMIT 1)
      SELECT \(JournalLine.columns), head.journal_seq, head.journal_hash,
        EXISTS (SELECT FROM ohjaustila.journal_expiry WHERE space_id = \(space))
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
      let isExpired = try rows[0].first?.get(8, as: Bool.self) ?? false
      guard case (let row, let sequence?)? = first else { return (lines, nil, isExpired) }
      return (lines, (sequence, try row.get(7, as: Bytea.self).bytes), isExpired)
    }
  }
}

extension JournalLine {
  /// Nil for the row that only carries the head.
  fileprivate init?(ifPresent row: Row) throws {
    guard try row.get(0, as: Int?.self) != nil else { return nil }
    try self.init(row)
  }
}
