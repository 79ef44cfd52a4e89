import Lifecycle
import Postgres

/// What a batch of a change of policy writes, gathered in columns: a few statements for thousands of spaces.
struct PolicyWriting {
  let change: PolicyChange
  /// The version that governs until now.
  let policy: Policy
  let actor: JournalActor
  let zone: CivilZone
  private(set) var report = PolicyReport()
  private var journal = JournalColumns()
  private var notices = NoticeColumns()
  private var lives = LifeColumns()

  init(change: PolicyChange, policy: Policy, actor: JournalActor, zone: CivilZone) {
    self.change = change
    self.policy = policy
    self.actor = actor
    self.zone = zone
  }

  /// Decides for one locked space and adds it. As with every fact, what is due is carried out first.
  mutating func govern(_ space: Space, approved: Bool, at now: Instant) {
    let now = max(now, space.journal.at)
    switch change.outcome(of: space, from: policy, at: now, zone: zone) {
    case .over: break
    case .refused(let obstacle): report.refused[obstacle, default: 0] += 1
    case .governed(_, let lengthens) where lengthens && !approved:
      report.refused[.lengtheningNotApproved, default: 0] += 1
    case .governed(let recorded, _): add(recorded, to: space, at: now)
    }
  }

  private mutating func add(_ recorded: Recorded, to space: Space, at now: Instant) {
    var head = space.journal
    let due = space.timeline.crossings(policy: policy, zone: zone, after: space.journaledThrough, through: now)
    add(due, to: &head, of: space, at: now)
    let versions = [("from", "\(policy.version)"), ("to", "\(change.next.version)")]
    let entry = JournalEntry(
      FactKind.policyChanged.rawValue, effectiveAt: now, recordedAt: now, actor: actor, details: versions)
    journal.append(head.append(entry, of: space.id))
    add(recorded.effects, to: &head, of: space, at: now)
    let through = max(space.journaledThrough, now)
    let next = recorded.timeline.nextDue(policy: change.next, zone: zone, after: through) ?? .distantFuture
    lives.append(space.id, recorded, head, through: through, next: next)
    report.governed += 1
    if recorded.timeline != space.timeline { report.moved += 1 }
  }

  private mutating func add(_ crossings: [Crossing], to head: inout JournalHead, of space: Space, at now: Instant) {
    for crossing in crossings {
      switch CrossingEffect(crossing, on: space.id, recordedAt: now) {
      case .journal(let entry): journal.append(head.append(entry, of: space.id))
      case .notice(let notice): notices.append(notice)
      }
    }
  }

  /// Queues everything; it goes out with COMMIT.
  func enqueue(on transaction: WriteTransaction) throws {
    guard !lives.spaces.isEmpty else { return }
    try transaction.enqueue(journal.insertion)
    if !notices.ids.isEmpty { try transaction.enqueue(notices.insertion) }
    try transaction.enqueue(lives.update(to: change.next.version))
    try transaction.enqueue(lives.admission)
    try transaction.enqueue(lives.scheduling)
  }
}

/// Timelines and promises by column.
private struct LifeColumns {
  private(set) var spaces: [ID<Space>] = []
  private var instants: [[Instant]] = Array(repeating: [], count: 5)
  private var lastDays: [[CivilDate?]] = Array(repeating: [], count: 4)
  private var promisedDays: [[CivilDate?]] = Array(repeating: [], count: 4)
  private var promisedInstants: [[Instant?]] = Array(repeating: [], count: 3)
  private var sequences: [Int] = []
  private var hashes: [Bytea] = []
  private var heads: [Instant] = []
  private var through: [Instant] = []
  private var next: [Instant] = []

  mutating func append(
    _ space: ID<Space>, _ recorded: Recorded, _ head: JournalHead, through: Instant, next: Instant
  ) {
    let (timeline, promise) = (recorded.timeline, recorded.life.promise)
    spaces.append(space)
    Self.append(
      [timeline.closesAt, timeline.sealsAt, timeline.archivesAt, timeline.erasesAt, timeline.baseErasesAt],
      to: &instants)
    Self.append(Boundary.allCases.map { timeline.lastDays[$0] }, to: &lastDays)
    Self.append(
      [promise?.active?.lastDay, promise?.reactivatable.lastDay, promise?.sealed.lastDay, promise?.archived],
      to: &promisedDays)
    Self.append(
      [promise?.active?.passedAt, promise?.reactivatable.passedAt, promise?.sealed.passedAt], to: &promisedInstants)
    sequences.append(head.sequence)
    hashes.append(Bytea(head.hash))
    heads.append(head.at)
    self.through.append(through)
    self.next.append(next)
  }

  /// Adds one space's values, a column each.
  private static func append<Value>(_ values: [Value], to columns: inout [[Value]]) {
    for (index, value) in values.enumerated() { columns[index].append(value) }
  }

  /// Every locked row must be found again, or nothing is committed.
  func update(to version: Int) -> Query {
    """
    WITH changed AS (
      UPDATE ohjaustila.space s SET version = s.version + 1, policy_version = \(Int32(version)),
        closes_at = u.closes_at, seals_at = u.seals_at, archives_at = u.archives_at, erases_at = u.erases_at,
        base_erases_at = u.base_erases_at, active_last_day = u.active_day,
        reactivatable_last_day = u.reactivatable_day, sealed_last_day = u.sealed_day,
        archived_last_day = u.archived_day,
        promised_active_last_day = u.promised_active, promised_reactivatable_last_day = u.promised_reactivatable,
        promised_sealed_last_day = u.promised_sealed, promised_archived_last_day = u.promised_archived,
        promised_active_passed_at = u.active_passed, promised_reactivatable_passed_at = u.reactivatable_passed,
        promised_sealed_passed_at = u.sealed_passed,
        journaled_through = u.through, journal_seq = u.seq, journal_hash = u.hash, journal_at = u.at, content_at = u.at
      FROM unnest(\(spaces), \(instants[0]), \(instants[1]), \(instants[2]), \(instants[3]), \(instants[4]),
        \(lastDays[0]), \(lastDays[1]), \(lastDays[2]), \(lastDays[3]),
        \(promisedDays[0]), \(promisedDays[1]), \(promisedDays[2]), \(promisedDays[3]),
        \(promisedInstants[0]), \(promisedInstants[1]), \(promisedInstants[2]),
        \(through), \(sequences), \(hashes), \(heads))
        AS u (id, closes_at, seals_at, archives_at, erases_at, base_erases_at,
          active_day, reactivatable_day, sealed_day, archived_day,
          promised_active, promised_reactivatable, promised_sealed, promised_archived,
          active_passed, reactivatable_passed, sealed_passed, through, seq, hash, at)
      WHERE s.id = u.id RETURNING 1)
    SELECT ohjaustila.require_one(CASE WHEN count(*) = \(spaces.count) THEN 1 ELSE count(*) + 2 END) FROM changed
    """
  }

  /// Who sees the spaces until when.
  var admission: Query {
    """
    UPDATE ohjaustila.my_space m SET visible_until = least(m.rights_until,
      ohjaustila.visible_until(m.role, m.suspended, s.restricted_at IS NOT NULL, s.archives_at, s.erases_at))
    FROM ohjaustila.space s WHERE s.id = ANY (\(spaces)) AND m.space_id = s.id
    """
  }

  var scheduling: Query {
    """
    UPDATE ohjaustila.due d SET at = u.next, retry_at = '-infinity', skips = 0
    FROM unnest(\(spaces), \(next)) AS u (id, next) WHERE d.space_id = u.id
    """
  }
}
