import Foundation
import Lifecycle
import Postgres
import Vault

/// A mail that is this process's to send until the lease ends.
struct LeasedDelivery: Sendable {
  let id: ID<Delivery>
  let notice: ID<PlannedNotice>
  let space: ID<Space>
  let participant: ID<Participation>
  let code: String
  let lease: UUID
  /// This one included.
  let attempts: Int
  let mail: OutgoingMail
}

/// Takes the delivery that has been due longest and decides whether it is still to be sent.
///
/// Withdrawing happens here, before the lease: from then on the mail may be on its way.
struct DeliveryClaim: Sendable {
  let store: GuidanceStore
  let settings: NoticeSettings

  /// How long a mail is left alone whose space somebody is changing.
  static let retryAfter: Duration = .milliseconds(50)

  enum Step: Sendable {
    case send(LeasedDelivery)
    case withdrawn
    /// Has no address, or none that can be read.
    case unreachable
    /// Comes back later: the recipient was told of messages lately.
    case postponed
    /// Comes back soon: somebody is changing the space, perhaps for another mail about it.
    case busy
  }

  /// Runs one transaction.
  ///
  /// - Returns: nil when nothing is due.
  func run() async throws -> Step? {
    try await store.scheduler.write(preamble: [store.stating(nil)], run)
  }

  @Sendable private func run(_ transaction: WriteTransaction) throws -> Step? {
    let due = try transaction.optionalOne(
      """
      SELECT d.id, d.space_id FROM ohjaustila.delivery d
      WHERE NOT d.is_dead AND d.due_at <= ohjaustila.instant_now()
      ORDER BY d.due_at LIMIT 1 FOR UPDATE SKIP LOCKED
      """
    ) { (try $0.get(0, as: ID<Delivery>.self), try $0.get(1, as: ID<Space>.self)) }
    guard let (id, space) = due else { return nil }
    let rows = try transaction.pipeline(LockedSpaces.queries([space]) + [DeliveryRow.selection(id, of: space)])
    let locked = try LockedSpaces(rows[...2])
    let row = try DeliveryRow(rows[3].exactlyOne())
    switch locked.standing(of: space) {
    case .busy:
      try postpone(row, until: locked.now + Self.retryAfter, transaction)
      return .busy
    case .over:
      // An erasure's own mail waits for the row to go only; all others go with the erasure.
      let pause = row.farewell == nil ? SweepBatch.postponement : Self.retryAfter
      try postpone(row, until: locked.now + pause, transaction)
      return row.farewell == nil ? .postponed : .busy
    case .gone: return try carryOut(try openly { try row.farewell(store, settings) }, row, nil, locked.now, transaction)
    case .locked(let space):
      let now = locked.now(of: space)
      return try carryOut(
        try openly { try row.decision(on: space, at: now, store, settings) }, row, space, now, transaction)
    }
  }

  /// What can't be opened with the keys of this installation can't be sent, now or later. A copy that lacks a master leaves
  /// it to one that has it.
  private func openly(_ decide: () throws -> DeliveryDecision) throws -> DeliveryDecision {
    do {
      return try decide()
    } catch UnwrapError.unknownMaster(let id) {
      throw UnwrapError.unknownMaster(id)
    } catch is UnwrapError {
      return .unreachable(reason: "unreadable")
    } catch is OpenError {
      return .unreachable(reason: "unreadable")
    }
  }

  private func carryOut(
    _ decision: DeliveryDecision, _ row: DeliveryRow, _ space: Space?, _ now: Instant, _ transaction: WriteTransaction
  ) throws -> Step {
    switch decision {
    case .send(let mail): return .send(try lease(row, mail, now, transaction))
    case .postpone(let until):
      try postpone(row, until: until, transaction)
      return .postponed
    case .withdraw(let why):
      let entry = NoticeJournal.withdrawn(row.code, for: row.participant, why, at: now)
      try finish(row, [entry], space, transaction)
      return .withdrawn
    case .unreachable(let reason):
      let entry = NoticeJournal.undeliverable(row.code, to: row.participant, reason: reason, at: now)
      try finish(row, [entry], space, transaction)
      return .unreachable
    }
  }

  private func lease(
    _ row: DeliveryRow, _ mail: OutgoingMail, _ now: Instant, _ transaction: WriteTransaction
  ) throws -> LeasedDelivery {
    let lease = UUID()
    try transaction.enqueueUpdatingExactlyOne(
      """
      UPDATE ohjaustila.delivery SET lease = \(lease), due_at = \(now + settings.lease), attempts = attempts + 1
      WHERE id = \(row.id)
      """)
    return LeasedDelivery(
      id: row.id, notice: row.notice, space: row.space, participant: row.participant, code: row.code, lease: lease,
      attempts: row.attempts + 1, mail: mail)
  }

  private func postpone(_ row: DeliveryRow, until: Instant, _ transaction: WriteTransaction) throws {
    try transaction.enqueueUpdatingExactlyOne(
      "UPDATE ohjaustila.delivery SET due_at = \(until), lease = NULL WHERE id = \(row.id)")
  }

  private func finish(
    _ row: DeliveryRow, _ entries: [JournalEntry], _ space: Space?, _ transaction: WriteTransaction
  ) throws {
    try transaction.enqueueUpdatingExactlyOne("DELETE FROM ohjaustila.delivery WHERE id = \(row.id)")
    try transaction.enqueue(row.notice.ending)
    if let space { try transaction.enqueue(entries, of: space) }
  }
}

extension ID<PlannedNotice> {
  /// Deletes the notice when its last delivery is over.
  var ending: Query {
    """
    DELETE FROM ohjaustila.outbox o WHERE o.id = \(self) AND o.expanded
      AND NOT EXISTS (SELECT FROM ohjaustila.delivery d WHERE d.notice_id = o.id)
    """
  }
}
