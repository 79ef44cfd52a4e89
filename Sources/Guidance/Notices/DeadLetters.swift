public import Lifecycle
import Postgres

/// A mail that was given up: no address and no name, only codes.
public struct DeadLetter: Sendable {
  /// What it is retried by.
  public let id: ID<Delivery>
  /// The notice's code.
  public let kind: String
  /// The space it is about.
  public let space: ID<Space>
  /// How often it was tried since it was planned or retried.
  public let attempts: Int
  /// Why the last attempt failed: a code.
  public let reason: String
  /// When it was planned.
  public let createdAt: Instant
}

/// How many notices wait, and for what.
public struct NoticeCounts: Sendable, Equatable {
  /// Planned; who gets them is found when they are sent.
  public let planned: Int
  /// Mails waiting to be sent, or being sent.
  public let waiting: Int
  /// Mails given up.
  public let dead: Int
}

extension GuidanceStore {
  /// How many notices wait.
  public func noticeCounts() async throws -> NoticeCounts {
    try await scheduler.readOnce([
      """
      SELECT (SELECT count(*) FROM ohjaustila.outbox WHERE NOT expanded),
        count(*) FILTER (WHERE NOT is_dead), count(*) FILTER (WHERE is_dead) FROM ohjaustila.delivery
      """
    ]) { rows in
      let row = try rows[0].exactlyOne()
      return try NoticeCounts(planned: row.get(0), waiting: row.get(1), dead: row.get(2))
    }
  }

  /// Mails that were given up, oldest first, for an operator.
  public func deadLetters(_ page: PageRequest, for caller: Caller) async throws -> Page<DeadLetter> {
    guard caller.identity.isOperator else { throw Refusal.forbidden(.operatorOnly) }
    return try await deadLetters(page)
  }

  /// The same for whoever runs the program itself.
  public func deadLetters(_ page: PageRequest) async throws -> Page<DeadLetter> {
    let (after, id) = try page.position(as: Delivery.self)
    let limit = page.limit
    return try await scheduler.readOnce([
      """
      SELECT id, kind, space_id, attempts, reason, created_at FROM ohjaustila.delivery
      WHERE is_dead AND (created_at, id) > (coalesce(\(after), '-infinity'), \(id))
      ORDER BY created_at, id LIMIT \(limit + 1)
      """
    ]) { rows in
      let letters = try rows[0].map { row in
        try DeadLetter(
          id: row.get(0), kind: row.get(1), space: row.get(2), attempts: row.get(3), reason: row.get(4),
          createdAt: row.get(5))
      }
      return Page(letters, limit: limit) { Cursor(at: $0.createdAt, uuid: $0.id.uuid) }
    }
  }

  /// Has dead letters tried again from the beginning. Of new messages one mail a person is enough: where another waits
  /// already, the dead one stays.
  ///
  /// - Parameter id: all of them when nil.
  /// - Returns: how many.
  public func retryDeadLetters(_ id: ID<Delivery>? = nil) async throws -> Int {
    try await scheduler.write(preamble: [stating(nil)]) { transaction in
      let now = try transaction.exactlyOne("SELECT ohjaustila.instant_now()") { try $0.get(0, as: Instant.self) }
      return try transaction.execute(
        """
        UPDATE ohjaustila.delivery d SET is_dead = false, attempts = 0, due_at = \(now),
          give_up_at = \(now + RetryRule.lifetime)
        WHERE d.is_dead AND (\(id) IS NULL OR d.id = \(id)) AND (d.kind <> \(MessageNotices.code)
          OR d.id = (SELECT o.id FROM ohjaustila.delivery o WHERE o.space_id = d.space_id
            AND o.participant_id = d.participant_id AND o.kind = d.kind ORDER BY o.is_dead, o.created_at, o.id LIMIT 1))
        """)
    }
  }
}
