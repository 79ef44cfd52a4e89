import Lifecycle
import Logging
import Postgres

extension GuidanceStore {
  /// Deletes what is left of erased spaces, in bounded transactions, and then the customers whose last space it was.
  ///
  /// Steps through large spaces are paced: they take half of the time, and leave half of the disk to requests.
  ///
  /// - Returns: what it did, and whether that was all; what is due elsewhere does not wait for longer than that.
  func destroy(for time: Duration = .seconds(2)) async throws -> (SweepReport, isAll: Bool) {
    var report = SweepReport()
    let destruction = Destruction(store: self)
    let begin = ContinuousClock.now
    var isAll = false
    do {
      while !isAll, ContinuousClock.now - begin < time {
        let start = ContinuousClock.now
        let done = try await destruction.step()
        report.destroyed += done ?? 0
        isAll = done == nil
        if let done, done < Destruction.many { try await Task.sleep(for: ContinuousClock.now - start) }
      }
    } catch let stuck as Destruction.Stuck {
      logger.error("\(stuck)")
      isAll = true
    }
    report.peopleErased = try await forgetPeople()
    return (report, isAll)
  }
}

/// The destruction of erased spaces' rows: some hundred spaces a transaction, as long as their content is small, and a
/// large one over many. Cut off anywhere it is taken up again, and other copies work on other spaces.
struct Destruction: Sendable {
  let store: GuidanceStore

  private static let spacesAtOnce = 500
  /// 64 MiB of chunks in a transaction (docs/erasure.md).
  static let chunksAtOnce = 256
  private static let messagesAtOnce = 10_000
  /// A step that finishes fewer spaces had large ones.
  static let many = 8

  /// Erased spaces of which nothing can be deleted and something is left.
  struct Stuck: Error, CustomStringConvertible {
    let spaces: [ID<Space>]
    var description: String {
      "content of erased spaces is still there and can't be deleted: "
        + spaces.prefix(10).map(\.description).joined(separator: ", ")
    }
  }

  /// A space was about to be called destroyed, and the last look found something.
  struct Remaining: Error, CustomStringConvertible {
    let table: String
    let space: ID<Space>
    var description: String { "the erased space \(space) still has rows in \(table): it is not called destroyed" }
  }

  /// Deletes some content of the spaces that were erased first, and finishes those that have none left.
  ///
  /// - Returns: how many were finished; nil when none is left that no other copy has taken.
  func step() async throws -> Int? {
    try await store.scheduler.write(preamble: [store.stating(nil)], step)
  }

  @Sendable private func step(_ transaction: WriteTransaction) throws -> Int? {
    let claimed = try claim(transaction)
    guard !claimed.isEmpty else { return nil }
    let (empty, deleted, now) = try deleteContent(of: claimed.map(\.space), transaction)
    let emptied = claimed.filter { empty.contains($0.space) }
    guard deleted > 0 || !emptied.isEmpty else { throw Stuck(spaces: claimed.map(\.space)) }
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

  /// Deletes chunks and messages up to the bounds, after a key that should not be there.
  ///
  /// OFFSET 0 keeps the planner from reading whole tables: it asks for each space, by the key.
  ///
  /// - Returns: the spaces that have neither key nor content left, how many rows went, and now.
  private func deleteContent(
    of spaces: [ID<Space>], _ transaction: WriteTransaction
  ) throws -> (empty: Set<ID<Space>>, deleted: Int, now: Instant) {
    let rows = try transaction.pipeline([
      "DELETE FROM ohjaustila.space_secret WHERE space_id = ANY (\(spaces))",
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
        AND NOT EXISTS (SELECT FROM ohjaustila.space_secret k WHERE k.space_id = erased.id OFFSET 0)
      """,
      "SELECT ohjaustila.instant_now()",
    ])
    if rows[0].affected > 0 {
      store.logger.error(
        "keys of erased spaces were still there and are gone now", metadata: ["keys": "\(rows[0].affected)"])
    }
    let empty = Set(try rows[3].map { try $0.get(0, as: ID<Space>.self) })
    return (empty, rows.prefix(3).map(\.affected).reduce(0, +), try rows[4].exactlyOne().get(0))
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
    try requireNothingLeft(of: spaces, transaction)
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

  /// Looks once more, at what is in the tables now: key and ciphertext are both gone before `destroyed_at` says so.
  private func requireNothingLeft(of spaces: [ID<Space>], _ transaction: WriteTransaction) throws {
    let tables = ["space_secret", "file_chunk", "message"] + Self.smallTables + ["participant", "my_space"]
    let looks = tables.map { table -> Query in
      "SELECT space_id FROM ohjaustila.\(identifier: table) WHERE space_id = ANY (\(spaces)) LIMIT 1"
    }
    for (table, rows) in zip(tables, try transaction.pipeline(looks)) {
      if let row = rows.first { throw Remaining(table: table, space: try row.get(0)) }
    }
  }

  private static let smallTables = [
    "archive_edition", "archive_link", "archive_taken", "feedback", "hold", "colleague_consent", "file",
    "quarantined_file", "resumable_upload", "upload", "participant_erasure",
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
