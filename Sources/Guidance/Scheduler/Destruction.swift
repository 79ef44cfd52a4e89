import Lifecycle
import Postgres

extension GuidanceStore {
  /// Deletes what is left of erased spaces, in bounded transactions, and then the customers whose last space it was.
  func destroy() async throws -> SweepReport {
    var report = SweepReport()
    while let space = try await nextUndestroyed() {
      guard try await Destruction(store: self, space: space).run() else { break }
      report.destroyed += 1
    }
    while let gone = try await checkPerson() { report.peopleErased += gone ? 1 : 0 }
    if report.peopleErased > 0 { callers.clear() }
    return report
  }

  private func nextUndestroyed() async throws -> ID<Space>? {
    try await scheduler.readOnce([
      "SELECT space_id FROM ohjaustila.tombstone WHERE destroyed_at IS NULL ORDER BY erased_at LIMIT 1"
    ]) { try $0[0].optionalOne()?.get(0) }
  }

  /// Looks at one customer of a destroyed space: whoever is in no space any more goes.
  ///
  /// The person's row is locked before their places are counted. Opening a space locks it too, and of two erasures at
  /// once the second counts after the first.
  ///
  /// - Returns: whether they went; nil when nobody is left to look at.
  private func checkPerson() async throws -> Bool? {
    try await scheduler.write(preamble: [stating(nil)]) { transaction in
      guard
        let person = try transaction.optionalOne(
          "SELECT person_id FROM ohjaustila.person_check ORDER BY queued_at LIMIT 1 FOR UPDATE SKIP LOCKED",
          { try $0.get(0, as: ID<Person>.self) })
      else { return nil }
      let rows = try transaction.pipeline([
        "SELECT FROM ohjaustila.person WHERE id = \(person) FOR UPDATE",
        """
        DELETE FROM ohjaustila.person WHERE id = \(person)
          AND NOT EXISTS (SELECT FROM ohjaustila.participant WHERE person_id = \(person))
        """,
        "DELETE FROM ohjaustila.person_check WHERE person_id = \(person)",
      ])
      return rows[1].affected == 1
    }
  }

  /// Cleans up uploads that were never finished and request keys that are too old to be recognised.
  func cleanUp() async throws {
    let lifetime = "\(options.uploadLifetime.components.seconds) seconds"
    while try await forgetUpload(olderThan: lifetime) {}
    try await destroyOldNotices()
    _ = try await scheduler.write(preamble: [stating(nil)]) { transaction in
      try transaction.execute(
        """
        DELETE FROM ohjaustila.idempotency
        WHERE created_at <= ohjaustila.instant_now() - make_interval(hours => \(Int32(RequestKey.lifetimeHours)))
        """)
    }
  }

  /// Deletes one abandoned upload's chunks, a bounded number a transaction, and then its row.
  private func forgetUpload(olderThan lifetime: String) async throws -> Bool {
    try await scheduler.write(preamble: [stating(nil)]) { transaction in
      let upload = try transaction.optionalOne(
        """
        SELECT space_id, id FROM ohjaustila.upload
        WHERE started_at <= ohjaustila.instant_now() - \(lifetime)::interval
        ORDER BY started_at LIMIT 1 FOR UPDATE SKIP LOCKED
        """
      ) { (try $0.get(0, as: ID<Space>.self), try $0.get(1, as: ID<Upload>.self)) }
      guard let (space, id) = upload else { return false }
      let deleted = try transaction.execute(
        """
        DELETE FROM ohjaustila.file_chunk WHERE space_id = \(space) AND upload_id = \(id) AND index IN (
          SELECT index FROM ohjaustila.file_chunk WHERE space_id = \(space) AND upload_id = \(id)
          LIMIT \(Destruction.chunksAtOnce))
        """)
      if deleted < Destruction.chunksAtOnce {
        try transaction.execute("DELETE FROM ohjaustila.upload WHERE space_id = \(space) AND id = \(id)")
      }
      return true
    }
  }
}

/// The destruction of one erased space's rows, safe to be cut off and taken up by another copy.
struct Destruction: Sendable {
  let store: GuidanceStore
  let space: ID<Space>

  /// 64 MiB of chunks in a transaction (archive.md).
  static let chunksAtOnce = 256
  private static let messagesAtOnce = 10_000

  /// Deletes everything, checks that nothing is left, and records when.
  ///
  /// - Returns: false when another copy is at it.
  func run() async throws -> Bool {
    while true {
      let step = try await store.scheduler.write(preamble: [store.stating(nil)], step)
      switch step {
      case .taken: return false
      case .more: continue
      case .done: return true
      }
    }
  }

  private enum Step: Sendable {
    case taken, more, done
  }

  @Sendable private func step(_ transaction: WriteTransaction) throws -> Step {
    let tombstone = try transaction.optionalOne(
      """
      SELECT journal_seq, journal_hash, erases_at, erased_at FROM ohjaustila.tombstone
      WHERE space_id = \(space) AND destroyed_at IS NULL FOR UPDATE SKIP LOCKED
      """
    ) { row in
      let head = try JournalHead(sequence: row.get(0), hash: row.get(1, as: Bytea.self).bytes, at: row.get(3))
      return (head, try row.get(2, as: Instant.self))
    }
    guard let (head, erasesAt) = tombstone else { return .taken }
    if try deleteSome(transaction) { return .more }
    try finish(head, erasesAt: erasesAt, transaction)
    return .done
  }

  /// - Returns: whether there was anything to delete.
  private func deleteSome(_ transaction: WriteTransaction) throws -> Bool {
    let chunks = try transaction.execute(
      """
      DELETE FROM ohjaustila.file_chunk WHERE space_id = \(space) AND (upload_id, index) IN (
        SELECT upload_id, index FROM ohjaustila.file_chunk WHERE space_id = \(space) LIMIT \(Self.chunksAtOnce))
      """)
    guard chunks == 0 else { return true }
    let messages = try transaction.execute(
      """
      DELETE FROM ohjaustila.message WHERE space_id = \(space) AND number IN (
        SELECT number FROM ohjaustila.message WHERE space_id = \(space) LIMIT \(Self.messagesAtOnce))
      """)
    return messages > 0
  }

  /// Deletes the small tables and the space's own row, whose foreign keys are the check that nothing is left, and writes
  /// the journal's last entry.
  private func finish(_ head: JournalHead, erasesAt: Instant, _ transaction: WriteTransaction) throws {
    var head = head
    let now = max(head.at, try transaction.exactlyOne("SELECT ohjaustila.instant_now()") { try $0.get(0) })
    let last = head.append(
      JournalEntry("destroyed", effectiveAt: erasesAt, recordedAt: now, actor: .scheduler), of: space)
    for table in Self.smallTables { try transaction.enqueue(table(space)) }
    try transaction.enqueue(
      """
      WITH gone AS (DELETE FROM ohjaustila.participant WHERE space_id = \(space) RETURNING person_id)
      INSERT INTO ohjaustila.person_check (person_id, queued_at)
      SELECT DISTINCT person_id, \(now) FROM gone WHERE person_id IS NOT NULL ON CONFLICT DO NOTHING
      """)
    try transaction.enqueueUpdatingExactlyOne("DELETE FROM ohjaustila.space WHERE id = \(space)")
    try transaction.enqueue(last.insertion)
    try transaction.enqueueUpdatingExactlyOne(
      """
      UPDATE ohjaustila.tombstone SET destroyed_at = \(now), journal_seq = \(head.sequence),
        journal_hash = \(Bytea(head.hash)) WHERE space_id = \(space) AND destroyed_at IS NULL
      """)
  }

  private static let smallTables: [@Sendable (ID<Space>) -> Query] = [
    { "DELETE FROM ohjaustila.feedback WHERE space_id = \($0)" },
    { "DELETE FROM ohjaustila.file WHERE space_id = \($0)" },
    { "DELETE FROM ohjaustila.upload WHERE space_id = \($0)" },
  ]
}
