import Lifecycle
import Logging
import Postgres
import Vault

extension GuidanceStore {
  /// Those of the erased spaces that the database still has.
  func revived(_ erased: [ErasedSpaces]) async throws -> [(space: ID<Space>, erasedAt: Instant)] {
    var revived: [(ID<Space>, Instant)] = []
    // What was erased again before is in it once more; its first entry has the date.
    var known: Set<ID<Space>> = []
    for batch in erased {
      let ids = batch.ids
      let found = try await scheduler.readOnce([
        stating(nil),
        """
        SELECT s.id FROM ohjaustila.space s WHERE s.id = ANY (\(ids))
          AND NOT EXISTS (SELECT FROM ohjaustila.tombstone t WHERE t.space_id = s.id)
        """,
      ]) { try $0[1].map { try $0.get(0, as: ID<Space>.self) } }
      revived += found.filter { known.insert($0).inserted }.map { ($0, batch.at) }
    }
    return revived
  }

  /// Erases what the ledger calls erased and a restored backup has brought back: the keys now, the rows with the next
  /// sweep. Nobody is notified again, and nobody's confirmation is asked for: it was decided before. The database has not
  /// seen anything of it until all of it is done: cut off in between, the next start finds the rest.
  ///
  /// - Returns: how many spaces.
  func eraseAgain(_ erased: [ErasedSpaces], _ pen: LedgerPen) async throws -> Int {
    let revived = try await revived(erased)
    guard !revived.isEmpty else { return 0 }
    logger.warning("the database was restored: it still has \(revived.count) spaces that have been erased")
    let masters = keys.masterIDs
    for start in stride(from: 0, to: revived.count, by: Self.againAtOnce) {
      let some = Array(revived[start..<min(start + Self.againAtOnce, revived.count)])
      let intent = try await scheduler.write(preamble: [stating(nil)]) { try Self.eraseAgain(some, masters, pen, $0) }
      if let intent { try await pen.finish(intent, at: clock.now) }
      for (space, _) in some { logger.notice("erased again", metadata: ["space": "\(space)"]) }
    }
    return revived.count
  }

  private static let againAtOnce = 500

  private static func eraseAgain(
    _ revived: [(space: ID<Space>, erasedAt: Instant)], _ masters: [MasterKeyID], _ pen: LedgerPen,
    _ transaction: WriteTransaction
  ) throws -> LedgerPen.Intent? {
    let rows = try transaction.pipeline([
      """
      SELECT \(Space.columns) FROM ohjaustila.space s WHERE s.id = ANY (\(revived.map(\.space))) ORDER BY s.id
      FOR NO KEY UPDATE
      """,
      "SELECT ohjaustila.instant_now()",
    ])
    let (spaces, now) = (try rows[0].map(Space.init), try rows[1].exactlyOne().get(0, as: Instant.self))
    guard !spaces.isEmpty else { return nil }
    let erasedAt = Dictionary(revived.map { ($0.space, $0.erasedAt) }) { first, _ in first }
    let intent = try pen.intend(spaces.map(\.id), at: now)
    var (journal, change) = (JournalColumns(), RevivedColumns())
    for space in spaces {
      var head = space.journal
      let recordedAt = max(now, head.at)
      let end = min(erasedAt[space.id] ?? now, space.timeline.erasesAt, recordedAt)
      let entry = JournalEntry(
        "erasedAgain", effectiveAt: end, recordedAt: recordedAt, actor: .scheduler,
        details: [("ledger", intent.batch.description)])
      journal.append(head.append(entry, of: space.id))
      change.append(space.id, head, end)
    }
    try transaction.enqueue(journal.insertion)
    try transaction.enqueue(change.update)
    try Erasure.enqueue(spaces.map(\.id), in: intent.batch, masters: masters, on: transaction)
    try transaction.enqueue("DELETE FROM ohjaustila.outbox WHERE space_id = ANY (\(spaces.map(\.id)))")
    try pen.hold(on: transaction)
    return intent
  }
}

/// What becomes of the rows of revived spaces until they are destroyed: nobody may see them meanwhile.
private struct RevivedColumns {
  private var spaces: [ID<Space>] = []
  private var sequences: [Int] = []
  private var hashes: [Bytea] = []
  private var recorded: [Instant] = []
  private var ends: [Instant] = []

  mutating func append(_ space: ID<Space>, _ head: JournalHead, _ end: Instant) {
    spaces.append(space)
    sequences.append(head.sequence)
    hashes.append(Bytea(head.hash))
    recorded.append(head.at)
    ends.append(end)
  }

  /// The same that a decision to erase does to a timeline; every locked row must be found again.
  var update: Query {
    """
    WITH changed AS (
      UPDATE ohjaustila.space s SET version = s.version + 1, journal_seq = u.seq, journal_hash = u.hash,
        journal_at = u.at, closes_at = least(s.closes_at, u.ending), seals_at = least(s.seals_at, u.ending),
        archives_at = least(s.archives_at, u.ending), erases_at = u.ending, restricted_at = NULL,
        archived_last_day = coalesce(s.archived_last_day, s.sealed_last_day)
      FROM unnest(\(spaces), \(sequences), \(hashes), \(recorded), \(ends)) AS u (id, seq, hash, at, ending)
      WHERE s.id = u.id RETURNING 1)
    SELECT ohjaustila.require_one(CASE WHEN count(*) = \(spaces.count) THEN 1 ELSE count(*) + 2 END) FROM changed
    """
  }
}
