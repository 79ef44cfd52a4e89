import Lifecycle
import Postgres

extension GuidanceStore {
  /// Deletes what is left of erased spaces, in bounded transactions, and then the customers whose last space it was.
  func destroy() async throws -> SweepReport {
    var report = SweepReport()
    let destruction = Destruction(store: self)
    while let done = try await destruction.step() { report.destroyed += done }
    report.peopleErased = try await forgetPeople()
    return report
  }
}

/// The destruction of erased spaces' rows: some hundred spaces a transaction, as long as their content is small, and a
/// large one over many. Cut off anywhere it is taken up again, and other copies work on other spaces.
struct Destruction: Sendable {
  let store: GuidanceStore

  private static let spacesAtOnce = 500
  /// 64 MiB of chunks in a transaction (archive.md).
  static let chunksAtOnce = 256
  private static let messagesAtOnce = 10_000

  /// Deletes some content of the spaces that were erased first, and finishes those that have none left.
  ///
  /// - Returns: how many were finished; nil when none is left that no other copy has taken.
  func step() async throws -> Int? {
    try await store.scheduler.write(preamble: [store.stating(nil)], step)
  }

  @Sendable private func step(_ transaction: WriteTransaction) throws -> Int? {
    let claimed = try claim(transaction)
    guard !claimed.isEmpty else { return nil }
    let (empty, now) = try deleteContent(of: claimed.map(\.space), transaction)
    let emptied = claimed.filter { empty.contains($0.space) }
    if !emptied.isEmpty { try finish(emptied, at: now, transaction) }
    return emptied.count
  }

  /// An erased space whose rows are still there.
  private struct Remains {
    let space: ID<Space>
    let erasesAt: Instant
    let head: JournalHead
  }

  private func claim(_ transaction: WriteTransaction) throws -> [Remains] {
    try transaction.all(
      """
      SELECT space_id, erases_at, journal_seq, journal_hash, erased_at FROM ohjaustila.tombstone
      WHERE destroyed_at IS NULL ORDER BY erased_at LIMIT \(Self.spacesAtOnce) FOR UPDATE SKIP LOCKED
      """
    ) { row in
      let head = try JournalHead(sequence: row.get(2), hash: row.get(3, as: Bytea.self).bytes, at: row.get(4))
      return Remains(space: try row.get(0), erasesAt: try row.get(1), head: head)
    }
  }

  /// Deletes chunks and messages up to the bounds.
  ///
  /// OFFSET 0 keeps the planner from reading whole tables: it asks for each space, by the key.
  ///
  /// - Returns: the spaces that have none left, and now.
  private func deleteContent(
    of spaces: [ID<Space>], _ transaction: WriteTransaction
  ) throws -> (empty: Set<ID<Space>>, now: Instant) {
    let rows = try transaction.pipeline([
      """
      DELETE FROM ohjaustila.file_chunk c USING (
        SELECT space_id, upload_id, index FROM ohjaustila.file_chunk WHERE space_id = ANY (\(spaces))
        LIMIT \(Self.chunksAtOnce)) AS chosen
      WHERE c.space_id = chosen.space_id AND c.upload_id = chosen.upload_id AND c.index = chosen.index
      """,
      """
      DELETE FROM ohjaustila.message m USING (
        SELECT space_id, number FROM ohjaustila.message WHERE space_id = ANY (\(spaces))
        LIMIT \(Self.messagesAtOnce)) AS chosen
      WHERE m.space_id = chosen.space_id AND m.number = chosen.number
      """,
      """
      SELECT id FROM unnest(\(spaces)) AS erased (id)
      WHERE NOT EXISTS (SELECT FROM ohjaustila.file_chunk c WHERE c.space_id = erased.id OFFSET 0)
        AND NOT EXISTS (SELECT FROM ohjaustila.message m WHERE m.space_id = erased.id OFFSET 0)
      """,
      "SELECT ohjaustila.instant_now()",
    ])
    return (Set(try rows[2].map { try $0.get(0, as: ID<Space>.self) }), try rows[3].exactlyOne().get(0))
  }

  /// Deletes the small tables and the spaces' own rows, whose foreign keys are the check that nothing is left, and writes
  /// the last entries of their journals.
  private func finish(_ emptied: [Remains], at now: Instant, _ transaction: WriteTransaction) throws {
    let spaces = emptied.map(\.space)
    for table in Self.smallTables {
      try transaction.enqueue("DELETE FROM ohjaustila.\(identifier: table) WHERE space_id = ANY (\(spaces))")
    }
    // DO UPDATE and not DO NOTHING: somebody may be looking at that person just now, and would not see this place go.
    try transaction.enqueue(
      """
      WITH gone AS (DELETE FROM ohjaustila.participant WHERE space_id = ANY (\(spaces)) RETURNING person_id)
      INSERT INTO ohjaustila.person_check (person_id, queued_at)
      SELECT DISTINCT person_id, \(now) FROM gone WHERE person_id IS NOT NULL ORDER BY person_id
      ON CONFLICT (person_id) DO UPDATE SET queued_at = excluded.queued_at
      """)
    try transaction.enqueue("DELETE FROM ohjaustila.space WHERE id = ANY (\(spaces))")
    var journal = JournalColumns()
    var heads: [JournalHead] = []
    for remains in emptied {
      var head = remains.head
      let at = max(head.at, now)
      let last = JournalEntry("destroyed", effectiveAt: remains.erasesAt, recordedAt: at, actor: .scheduler)
      journal.append(head.append(last, of: remains.space))
      heads.append(head)
    }
    try transaction.enqueue(journal.insertion)
    try transaction.enqueue(Self.record(heads, of: spaces))
  }

  private static let smallTables = [
    "archive_edition", "archive_link", "archive_taken", "feedback", "hold", "file", "quarantined_file",
    "resumable_upload", "upload",
  ]

  /// Every claimed tombstone must be found again, or nothing is committed.
  private static func record(_ heads: [JournalHead], of spaces: [ID<Space>]) -> Query {
    """
    WITH recorded AS (
      UPDATE ohjaustila.tombstone t SET destroyed_at = u.at, journal_seq = u.seq, journal_hash = u.hash
      FROM unnest(\(spaces), \(heads.map(\.sequence)), \(heads.map { Bytea($0.hash) }), \(heads.map(\.at)))
        AS u (id, seq, hash, at)
      WHERE t.space_id = u.id AND t.destroyed_at IS NULL RETURNING 1)
    SELECT ohjaustila.require_one(CASE WHEN count(*) = \(spaces.count) THEN 1 ELSE count(*) + 2 END) FROM recorded
    """
  }
}
