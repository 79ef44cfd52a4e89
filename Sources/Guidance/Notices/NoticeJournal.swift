import Lifecycle
import Postgres

/// What became of notices, as a space's journal tells it: codes and identifiers only.
enum NoticeJournal {
  /// Why a notice was not sent.
  enum Withdrawal: String, Sendable {
    /// The boundary stands elsewhere: the customer came back, a hold was placed.
    case moved
    /// What it warned of has happened, or what it announced is over.
    case passed
    /// The recipient has left, or sees the space no more.
    case left
    /// Whoever was invited is in; whoever was written to has signed in since.
    case seen
    /// The policy has no such notice any more.
    case noRule
  }

  static func sent(_ code: String, to participant: ID<Participation>, at now: Instant) -> JournalEntry {
    entry("noticeSent", code, participant, nil, now)
  }

  static func withdrawn(
    _ code: String, for participant: ID<Participation>?, _ why: Withdrawal, at now: Instant
  ) -> JournalEntry {
    entry("noticeWithdrawn", code, participant, why.rawValue, now)
  }

  static func undeliverable(
    _ code: String, to participant: ID<Participation>, reason: String, at now: Instant
  ) -> JournalEntry {
    entry("noticeUndeliverable", code, participant, reason, now)
  }

  private static func entry(
    _ kind: String, _ code: String, _ participant: ID<Participation>?, _ reason: String?, _ now: Instant
  ) -> JournalEntry {
    let details = [("notice", code), ("participant", participant?.description), ("reason", reason)]
    return JournalEntry(
      kind, effectiveAt: now, recordedAt: now, actor: .scheduler,
      details: details.compactMap { name, value in value.map { (name, $0) } })
  }
}

extension WriteTransaction {
  /// Queues entries of a space that this transaction has locked and read, and moves the end of its journal.
  func enqueue(_ entries: [JournalEntry], of space: Space) throws {
    guard !entries.isEmpty else { return }
    var head = space.journal
    for entry in entries { try enqueue(head.append(entry, of: space.id).insertion) }
    try enqueueUpdatingExactlyOne(
      """
      UPDATE ohjaustila.space SET journal_seq = \(head.sequence), journal_hash = \(Bytea(head.hash)),
        journal_at = \(head.at) WHERE id = \(space.id) AND journal_seq = \(space.journal.sequence)
      """)
  }
}
