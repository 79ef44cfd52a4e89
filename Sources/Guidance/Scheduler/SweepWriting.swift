import Foundation
import Lifecycle
import Postgres
import Vault

/// What a batch writes, gathered in columns: a few statements for thousands of spaces.
struct SweepWriting {
  private(set) var report = SweepReport()
  private var journal = JournalColumns()
  private var notices = NoticeColumns()
  private var heads = HeadColumns()
  private var erased: [ID<Space>] = []
  private var skipped: [ID<Space>] = []
  private var postponed: [ID<Space>] = []

  /// Decides what is due for one locked space and adds it.
  mutating func carryOut(_ space: Space, through now: Instant, store: GuidanceStore) throws {
    try carryOut(space, through: now, recordedAt: now, store: store)
  }

  /// Everything but the erasure, which is left for later: it is more than may be erased without anybody's word.
  mutating func hold(_ space: Space, at now: Instant, store: GuidanceStore) throws {
    let end = space.timeline.erasesAt - .microseconds(1)
    if space.journaledThrough < end { try carryOut(space, through: end, recordedAt: now, store: store) }
    postponed.append(space.id)
    report.erasuresHeld += 1
  }

  private mutating func carryOut(
    _ space: Space, through end: Instant, recordedAt now: Instant, store: GuidanceStore
  ) throws {
    let policy = try store.policies.policy(register: space.register, version: space.policyVersion)
    var head = space.journal
    let due = space.timeline.due(
      policy: policy, zone: store.zone, after: space.journaledThrough, through: end)
    for crossing in due.crossings {
      report.count(crossing)
      switch CrossingEffect(crossing, on: space.id, recordedAt: now) {
      case .journal(let entry): journal.append(head.append(entry, of: space.id))
      case .notice(let notice): notices.append(notice)
      }
    }
    heads.append(space.id, head, through: end, next: due.next ?? .distantFuture)
    if space.timeline.state(at: end) == .erased { erased.append(space.id) }
  }

  /// Leaves spaces for later.
  mutating func skip(_ spaces: [ID<Space>]) {
    skipped += spaces
    report.skipped += spaces.count
  }

  /// Leaves a space for when the clocks can be trusted again.
  mutating func postpone(_ space: ID<Space>) {
    postponed.append(space)
    report.skipped += 1
  }

  /// Queues everything; it goes out with COMMIT.
  ///
  /// - Parameter pen: writes into the ledger what is erased, before anything is.
  /// - Returns: what it wrote; nil when nothing is erased.
  func enqueue(
    on transaction: WriteTransaction, at now: Instant, keys: KeyRing, pen: LedgerPen?
  ) throws -> LedgerPen.Intent? {
    if !journal.spaces.isEmpty { try transaction.enqueue(journal.insertion) }
    if !notices.ids.isEmpty { try transaction.enqueue(notices.insertion) }
    if !heads.spaces.isEmpty {
      try transaction.enqueue(heads.update)
      try transaction.enqueue(heads.scheduling)
    }
    if !skipped.isEmpty {
      try transaction.enqueue(
        """
        UPDATE ohjaustila.due SET skips = least(skips + 1, 1000), retry_at = \(now + SweepBatch.retryAfter)
        WHERE space_id = ANY (\(skipped))
        """)
    }
    if !postponed.isEmpty {
      try transaction.enqueue(
        "UPDATE ohjaustila.due SET retry_at = \(now + SweepBatch.postponement) WHERE space_id = ANY (\(postponed))")
    }
    guard !erased.isEmpty, let pen else { return nil }
    let notices = try ErasureNotices(of: erased, keys: keys, transaction)
    let intent = try pen.intend(erased, at: now)
    try Erasure.enqueue(erased, in: intent.batch, masters: keys.masterIDs, on: transaction)
    try notices.enqueue(on: transaction, at: now)
    try pen.seal(intent.entry, on: transaction)
    return intent
  }
}

/// Planned notices by column.
struct NoticeColumns {
  var ids: [ID<PlannedNotice>] = []
  private var spaces: [ID<Space>] = []
  private var codes: [String] = []
  private var effective: [Instant] = []
  private var boundaries: [Instant] = []
  private var planned: [Instant] = []

  mutating func append(_ notice: PlannedNotice) {
    ids.append(notice.id)
    spaces.append(notice.space)
    codes.append(notice.code)
    effective.append(notice.effectiveAt)
    boundaries.append(notice.boundaryAt)
    planned.append(notice.plannedAt)
  }

  var insertion: Query {
    """
    INSERT INTO ohjaustila.outbox (id, space_id, kind, effective_at, boundary_at, created_at)
    SELECT * FROM unnest(\(ids), \(spaces), \(codes), \(effective), \(boundaries), \(planned))
    """
  }
}

/// Journal heads and due instants by column.
private struct HeadColumns {
  var spaces: [ID<Space>] = []
  private var sequences: [Int] = []
  private var hashes: [Bytea] = []
  private var instants: [Instant] = []
  private var through: [Instant] = []
  private var next: [Instant] = []

  mutating func append(_ space: ID<Space>, _ head: JournalHead, through now: Instant, next due: Instant) {
    spaces.append(space)
    sequences.append(head.sequence)
    hashes.append(Bytea(head.hash))
    instants.append(head.at)
    through.append(now)
    next.append(due)
  }

  /// Every locked row must be found again, or nothing is committed.
  var update: Query {
    """
    WITH changed AS (
      UPDATE ohjaustila.space s SET version = s.version + 1, journal_seq = u.seq, journal_hash = u.hash,
        journal_at = u.at, journaled_through = u.through
      FROM unnest(\(spaces), \(sequences), \(hashes), \(instants), \(through)) AS u (id, seq, hash, at, through)
      WHERE s.id = u.id RETURNING 1)
    SELECT ohjaustila.require_one(CASE WHEN count(*) = \(spaces.count) THEN 1 ELSE count(*) + 2 END) FROM changed
    """
  }

  var scheduling: Query {
    """
    UPDATE ohjaustila.due d SET at = u.next, retry_at = '-infinity', skips = 0
    FROM unnest(\(spaces), \(next)) AS u (id, next) WHERE d.space_id = u.id
    """
  }
}
