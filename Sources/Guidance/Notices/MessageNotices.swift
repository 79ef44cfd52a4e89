import Lifecycle
import Postgres

/// When people are told of new messages: soon, but never often.
enum MessageNotices {
  /// The code of the notice in the outbox and the journal.
  static let code = "newMessage"
  /// A message is told of when it is this old: what follows it meanwhile needs no mail of its own.
  static let delay: Duration = .seconds(600)
  /// The same person is not told of messages in the same space again before this has passed.
  static let interval: Duration = .seconds(4 * 3600)
  /// An older message is not news.
  static let lifetime: Duration = .seconds(7 * 86_400)

  /// Plans the notice of a message, unless one of the same author waits already. The author's space is locked.
  static func insertion(space: ID<Space>, author: ID<Participation>, at now: Instant) -> Query {
    """
    INSERT INTO ohjaustila.outbox (id, space_id, author_id, kind, effective_at, due_at, created_at)
    VALUES (\(ID<PlannedNotice>.make()), \(space), \(author), \(code), \(now), \(now + delay), \(now))
    ON CONFLICT DO NOTHING
    """
  }
}
