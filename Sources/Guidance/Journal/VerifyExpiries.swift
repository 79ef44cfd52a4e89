import Lifecycle
import Postgres

extension GuidanceStore {
  /// Follows the chain of expired journals to its anchor, and compares each mark with the tombstone and with the time
  /// that the policy gives.
  ///
  /// - Returns: the first break.
  /// - Throws: `Policies.Missing` when a mark names a policy that this installation does not have.
  func verifyExpiries(_ result: inout JournalVerification) async throws -> JournalBreak? {
    var (number, hash) = (0, JournalHead.empty.hash)
    while true {
      let (marks, anchor) = try await expiries(after: number)
      for stored in marks {
        let mark = stored.mark
        func broken(_ reason: JournalBreak.Reason) -> JournalBreak { JournalBreak(space: mark.space, reason: reason) }
        guard mark.number == number + 1 else { return broken(.expiryGap(expected: number + 1, found: mark.number)) }
        (number, hash) = (mark.number, mark.hash(after: hash))
        guard hash == stored.hash else { return broken(.wrongExpiry(number: number)) }
        guard stored.fitsTombstone else { return broken(.expiryWithoutTombstone(number: number)) }
        let policy = try policies.policy(register: mark.register, version: mark.policyVersion)
        let deadline = zone.journalDeadline(erasedAt: mark.erasedAt, kept: policy.logs.journal.period)
        guard mark.expiredAt >= deadline else { return broken(.expiredEarly(due: deadline)) }
        result.expired += 1
      }
      guard marks.isEmpty else { continue }
      guard anchor.number == number, anchor.hash == hash else {
        return JournalBreak(space: nil, reason: .otherExpiries(remembered: anchor.number, found: number))
      }
      return nil
    }
  }

  private static let marksAtOnce = 1000

  /// Some marks, and the anchor as it was when they were read.
  private func expiries(after number: Int) async throws -> ([StoredExpiry], anchor: (number: Int, hash: [UInt8])) {
    try await scheduler.readOnce([
      """
      SELECT a.number, a.hash, e.number, e.space_id, e.journal_seq, e.journal_hash, e.register, e.policy_version,
        e.erased_at, e.expired_at, e.hash,
        t.journal_seq = e.journal_seq AND t.journal_hash = e.journal_hash AND t.erases_at = e.erased_at
          AND t.register = e.register AND t.policy_version = e.policy_version
      FROM ohjaustila.journal_anchor a
      LEFT JOIN LATERAL (
        SELECT * FROM ohjaustila.journal_expiry WHERE number > \(number) ORDER BY number LIMIT \(Self.marksAtOnce)) e
        ON true
      LEFT JOIN ohjaustila.tombstone t ON t.space_id = e.space_id
      ORDER BY e.number
      """
    ]) { rows in
      // Without its only row there is no end that could be right.
      guard let first = rows[0].first else { return ([], (-1, [])) }
      return (
        try rows[0].compactMap(StoredExpiry.init(ifPresent:)),
        (try first.get(0), try first.get(1, as: Bytea.self).bytes)
      )
    }
  }
}

/// A mark as it is stored.
private struct StoredExpiry: Sendable {
  let mark: JournalExpiry
  let hash: [UInt8]
  let fitsTombstone: Bool

  /// Nil for the row that only carries the anchor.
  init?(ifPresent row: Row) throws {
    guard let number = try row.get(2, as: Int?.self) else { return nil }
    mark = JournalExpiry(
      number: number, space: try row.get(3), sequence: try row.get(4), head: try row.get(5, as: Bytea.self).bytes,
      register: try row.get(6), policyVersion: Int(try row.get(7, as: Int32.self)), erasedAt: try row.get(8),
      expiredAt: try row.get(9))
    hash = try row.get(10, as: Bytea.self).bytes
    fitsTombstone = try row.get(11, as: Bool?.self) ?? false
  }
}
