import Lifecycle
import Logging
import Postgres

extension GuidanceStore {
  /// Writes into the ledger what officers decided about customers of spaces that live on.
  ///
  /// It is done by then: a crash in between leaves it for the next sweep, and an entry twice says no more than once.
  func writeParticipants(_ pen: LedgerPen) async throws {
    var isAll = false
    while !isAll {
      isAll = try await scheduler.write(preamble: [stating(nil)]) { try Self.writeParticipants(pen, $0) }
    }
  }

  private static let participantsAtOnce = 500

  private static func writeParticipants(_ pen: LedgerPen, _ transaction: WriteTransaction) throws -> Bool {
    let rows = try transaction.pipeline([
      """
      SELECT space_id, participant_id, with_messages, with_files, erased_at FROM ohjaustila.participant_erasure
      WHERE NOT is_written ORDER BY erased_at LIMIT \(participantsAtOnce) FOR UPDATE SKIP LOCKED
      """,
      "SELECT ohjaustila.instant_now()",
    ])
    let erased = try rows[0].map { row in
      try ErasedParticipant(
        space: row.get(0), participant: row.get(1), messages: row.get(2), files: row.get(3), at: row.get(4))
    }
    guard !erased.isEmpty else { return true }
    let last = try pen.write(erased, at: rows[1].exactlyOne().get(0))
    try transaction.enqueue(
      """
      UPDATE ohjaustila.participant_erasure e SET is_written = true
      FROM unnest(\(erased.map(\.space)), \(erased.map(\.participant))) AS u (space, participant)
      WHERE e.space_id = u.space AND e.participant_id = u.participant
      """)
    try pen.seal(last, on: transaction)
    return erased.count < participantsAtOnce
  }

  /// Those of the erased customers that the database still has, or has more of.
  func revived(_ erased: [ErasedParticipant]) async throws -> [ErasedParticipant] {
    let erased = ErasedParticipant.merged(erased)
    var revived: [ErasedParticipant] = []
    for start in stride(from: 0, to: erased.count, by: Self.participantsAtOnce) {
      let some = Array(erased[start..<min(start + Self.participantsAtOnce, erased.count)])
      let found = try await scheduler.readOnce([
        stating(nil),
        """
        SELECT p.id, coalesce(e.with_messages, false), coalesce(e.with_files, false), e.space_id IS NOT NULL
        FROM unnest(\(some.map(\.space)), \(some.map(\.participant))) AS u (space, participant)
        JOIN ohjaustila.participant p ON p.space_id = u.space AND p.id = u.participant
        LEFT JOIN ohjaustila.participant_erasure e ON e.space_id = p.space_id AND e.participant_id = p.id
        WHERE NOT EXISTS (SELECT FROM ohjaustila.tombstone t WHERE t.space_id = u.space)
        """,
      ]) { try $0[1].map { (try $0.get(0, as: ID<Participation>.self), try Remains($0)) } }
      let remains = Dictionary(found) { first, _ in first }
      revived += some.filter { remains[$0.participant]?.has($0) ?? false }
    }
    return revived
  }

  /// What a database has of an erased customer.
  private struct Remains {
    let messages, files, identity: Bool

    init(_ row: Row) throws {
      messages = try !row.get(1, as: Bool.self)
      files = try !row.get(2, as: Bool.self)
      identity = try !row.get(3, as: Bool.self)
    }

    func has(_ erased: ErasedParticipant) -> Bool {
      identity || (erased.messages && messages) || (erased.files && files)
    }
  }

  /// Erases customers again that a restored backup has brought back into spaces that live on.
  ///
  /// - Returns: how many.
  func eraseAgain(_ erased: [ErasedParticipant]) async throws -> Int {
    let revived = try await revived(erased)
    for one in revived {
      try await scheduler.write(preamble: [stating(nil)]) { try Self.eraseAgain(one, $0) }
      logger.notice(
        "a customer of a space was erased again",
        metadata: ["space": "\(one.space)", "participant": "\(one.participant)"])
    }
    return revived.count
  }

  private static func eraseAgain(_ erased: ErasedParticipant, _ transaction: WriteTransaction) throws {
    let rows = try transaction.pipeline([
      "SELECT \(Space.columns) FROM ohjaustila.space s WHERE s.id = \(erased.space) FOR NO KEY UPDATE",
      "SELECT ohjaustila.instant_now()",
    ])
    guard let space = try rows[0].map(Space.init).first else { return }
    var (head, journal) = (space.journal, JournalColumns())
    let now = max(try rows[1].exactlyOne().get(0, as: Instant.self), head.at)
    let entry = JournalEntry(
      "participantErased", effectiveAt: min(erased.at, now), recordedAt: now, actor: .scheduler,
      details: [
        ("participant", erased.participant.description), ("messages", "\(erased.messages)"),
        ("files", "\(erased.files)"),
      ])
    journal.append(head.append(entry, of: space.id))
    try transaction.enqueue(journal.insertion)
    try transaction.enqueueUpdatingExactlyOne(
      """
      UPDATE ohjaustila.space SET version = version + 1, journal_seq = \(head.sequence),
        journal_hash = \(Bytea(head.hash)), journal_at = \(head.at), content_at = \(now)
      WHERE id = \(space.id)
      """)
    try transaction.enqueue("SELECT ohjaustila.mark_places(\(space.id), \(erased.participant))")
    try transaction.enqueue(
      """
      SELECT ohjaustila.destroy_participant(\(space.id), \(erased.participant), \(erased.messages), \(erased.files),
        \(now))
      """)
  }

  /// Customers of whom the database says that the ledger has them.
  func writtenParticipants() async throws -> [ID<Participation>] {
    try await scheduler.readOnce([
      stating(nil), "SELECT participant_id FROM ohjaustila.participant_erasure WHERE is_written",
    ]) { try $0[1].map { try $0.get(0) } }
  }
}
