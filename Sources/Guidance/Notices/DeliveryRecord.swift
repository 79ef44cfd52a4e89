import Lifecycle
import Postgres

/// Records what became of an attempt, in a transaction of its own: the space first, then the delivery, whose lease must
/// still be this attempt's.
struct DeliveryRecord: Sendable {
  let store: GuidanceStore
  let delivery: LeasedDelivery
  let outcome: DeliveryOutcome
  /// 0 up to 1: where in its range the pause before the next attempt lies.
  let chance: Double

  enum Result: Sendable, Equatable {
    case sent, deferred, dead
    /// The lease had ended, and the delivery is somebody else's.
    case leaseLost
  }

  func run() async throws -> Result {
    try await store.scheduler.write(preamble: [store.stating(nil)], run)
  }

  @Sendable private func run(_ transaction: WriteTransaction) throws -> Result {
    let rows = try transaction.pipeline([
      "SELECT FROM ohjaustila.space WHERE id = \(delivery.space) FOR NO KEY UPDATE",
      "SELECT \(Space.columns) FROM ohjaustila.space s WHERE s.id = \(delivery.space)",
      """
      SELECT give_up_at FROM ohjaustila.delivery WHERE id = \(delivery.id) AND lease = \(delivery.lease) FOR UPDATE
      """,
      "SELECT ohjaustila.instant_now()",
    ])
    guard let giveUpAt = try rows[2].optionalOne()?.get(0, as: Instant.self) else { return .leaseLost }
    let space = try rows[1].optionalOne().map(Space.init)
    let now = max(try rows[3].exactlyOne().get(0, as: Instant.self), space?.journal.at ?? .distantPast)
    switch outcome {
    case .accepted:
      try recordSent(space, at: now, transaction)
      return .sent
    case .refused(let reason):
      try bury(reason, space, at: now, transaction)
      return .dead
    case .deferred(let reason), .uncertain(let reason):
      guard !RetryRule.isOver(attempts: delivery.attempts, giveUpAt: giveUpAt, now: now) else {
        try bury(reason, space, at: now, transaction)
        return .dead
      }
      let next = now + RetryRule.pause(after: delivery.attempts, chance: chance)
      try transaction.enqueueUpdatingExactlyOne(
        """
        UPDATE ohjaustila.delivery SET lease = NULL, due_at = \(next), reason = \(Self.code(reason))
        WHERE id = \(delivery.id)
        """)
      return .deferred
    }
  }

  private func recordSent(_ space: Space?, at now: Instant, _ transaction: WriteTransaction) throws {
    try transaction.enqueueUpdatingExactlyOne("DELETE FROM ohjaustila.delivery WHERE id = \(delivery.id)")
    try transaction.enqueue(delivery.notice.ending)
    // The journal of a space that is gone ends with its destruction.
    guard let space else { return }
    if delivery.code == MessageNotices.code {
      try transaction.enqueue(
        """
        UPDATE ohjaustila.participant SET message_notified_at = \(now)
        WHERE space_id = \(space.id) AND id = \(delivery.participant)
        """)
    }
    try transaction.enqueue([NoticeJournal.sent(delivery.code, to: delivery.participant, at: now)], of: space)
  }

  /// Leaves a dead letter, for an operator to look at.
  private func bury(_ reason: String, _ space: Space?, at now: Instant, _ transaction: WriteTransaction) throws {
    let reason = Self.code(reason)
    try transaction.enqueueUpdatingExactlyOne(
      "UPDATE ohjaustila.delivery SET lease = NULL, is_dead = true, reason = \(reason) WHERE id = \(delivery.id)")
    guard let space else { return }
    try transaction.enqueue(
      [NoticeJournal.undeliverable(delivery.code, to: delivery.participant, reason: reason, at: now)], of: space)
  }

  /// A reason as a code, whatever the transport said: no text that might quote an address gets past here.
  static func code(_ reason: String) -> String {
    let isCode = reason.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    return isCode && (1...40).contains(reason.utf8.count) ? reason : "other"
  }
}
