import Lifecycle
import Postgres

/// Turns planned notices into a delivery for each recipient, as recipients are now, and withdraws what has become
/// pointless: some hundred in one transaction.
struct NoticeExpansion: Sendable {
  let store: GuidanceStore

  /// Notices in a transaction.
  static let size = 500
  /// How long a notice is left alone whose space somebody is changing.
  static let retryAfter: Duration = .milliseconds(500)

  /// Runs one transaction.
  ///
  /// - Returns: how many notices were withdrawn; nil when none was due.
  func run() async throws -> Int? {
    try await store.scheduler.write(preamble: [store.stating(nil)], run)
  }

  private struct Notice {
    let id: ID<PlannedNotice>
    let space: ID<Space>
    /// The one recipient of an invitation.
    let participant: ID<Participation>?
    /// Who wrote the message.
    let author: ID<Participation>?
    let code: String
    let boundaryAt: Instant?
  }

  private struct Member {
    let id: ID<Participation>
    let role: SpaceRole
    let hasEntered: Bool
    let seesSpace: Bool
  }

  @Sendable private func run(_ transaction: WriteTransaction) throws -> Int? {
    let notices = try claim(transaction)
    guard !notices.isEmpty else { return nil }
    let ids = Array(Set(notices.map(\.space)))
    let rows = try transaction.pipeline(LockedSpaces.queries(ids) + [Self.members(of: ids)])
    let locked = try LockedSpaces(rows[...2])
    let members = try Self.members(rows[3])
    var writing = Writing()
    for notice in notices {
      switch locked.standing(of: notice.space) {
      case .busy: writing.postponed.append(notice.id)
      case .over: writing.held.append(notice.id)
      case .gone: writing.finished.append(notice.id)
      case .locked(let space):
        try decide(notice, space, members[space.id] ?? [], now: locked.now(of: space), &writing)
      }
    }
    try writing.enqueue(locked, on: transaction)
    return writing.withdrawn
  }

  private func claim(_ transaction: WriteTransaction) throws -> [Notice] {
    try transaction.all(
      """
      SELECT o.id, o.space_id, o.participant_id, o.author_id, o.kind, o.boundary_at FROM ohjaustila.outbox o
      WHERE NOT o.expanded AND o.due_at <= ohjaustila.instant_now()
      ORDER BY o.due_at, o.created_at LIMIT \(Self.size) FOR UPDATE SKIP LOCKED
      """
    ) { row in
      try Notice(
        id: row.get(0), space: row.get(1), participant: row.get(2), author: row.get(3), code: row.get(4),
        boundaryAt: row.get(5))
    }
  }

  private static func members(of spaces: [ID<Space>]) -> Query {
    """
    SELECT p.space_id, p.id, p.role, p.entered_at IS NOT NULL, v.principal IS NOT NULL FROM ohjaustila.participant p
    LEFT JOIN ohjaustila.my_space v ON v.space_id = p.space_id AND v.participant_id = p.id
      AND v.visible_until > ohjaustila.instant_now()
    WHERE p.space_id = ANY (\(spaces)) AND p.left_at IS NULL ORDER BY p.space_id, p.id
    """
  }

  private static func members(_ rows: Rows) throws -> [ID<Space>: [Member]] {
    var members: [ID<Space>: [Member]] = [:]
    for row in rows {
      let role: SpaceRole = try row.get(2, as: String.self) == SpaceRole.customer.rawValue ? .customer : .counsellor
      members[try row.get(0), default: []].append(
        try Member(id: row.get(1), role: role, hasEntered: row.get(3), seesSpace: row.get(4)))
    }
    return members
  }

  private func decide(
    _ notice: Notice, _ space: Space, _ members: [Member], now: Instant, _ writing: inout Writing
  ) throws {
    if let invited = notice.participant {
      return writing.expand(notice.id, notice.code, of: space.id, to: [invited])
    }
    if let author = notice.author {
      let readers = members.filter { $0.id != author && $0.hasEntered && $0.seesSpace }
      return writing.expand(notice.id, notice.code, of: space.id, to: readers.map(\.id))
    }
    if let occasion = OccasionNotice(rawValue: notice.code) {
      let told = members.filter { occasion.isFor($0.role, seesSpace: $0.seesSpace) }
      return writing.expand(notice.id, notice.code, of: space.id, to: told.map(\.id))
    }
    let policy = try store.policies.policy(register: space.register, version: space.policyVersion)
    let withdrawal = policy.withdrawal(of: notice.code, boundaryAt: notice.boundaryAt, on: space, at: now)
    if let withdrawal {
      let entry = NoticeJournal.withdrawn(notice.code, for: nil, withdrawal, at: now)
      return writing.withdraw(notice.id, entry, of: space.id)
    }
    let sides = policy.notices.first { $0.code == notice.code }?.recipients ?? []
    let told = members.filter { member in
      switch member.role {
      case .customer: sides.contains(.customer)
      case .counsellor: sides.contains(.counsellor) && member.seesSpace
      case .admin, .dataProtectionOfficer: false
      }
    }
    writing.expand(notice.id, notice.code, of: space.id, to: told.map(\.id))
  }
}

extension Policy {
  /// Why a planned notice about a boundary is not to be sent; nil when it is.
  func withdrawal(
    of code: String, boundaryAt: Instant?, on space: Space, at now: Instant
  ) -> NoticeJournal.Withdrawal? {
    guard let rule = self.notices.first(where: { $0.code == code }), let boundaryAt else { return .noRule }
    return switch space.timeline.verdict(on: rule, boundaryAt: boundaryAt, at: now) {
    case .send: nil
    case .withdrawPassed: .passed
    case .withdrawMoved: .moved
    }
  }
}

extension NoticeExpansion {
  /// What a transaction writes, gathered in columns.
  private struct Writing {
    var postponed: [ID<PlannedNotice>] = []
    /// Whose space waits to be erased, and these with it: not looked at again and again meanwhile.
    var held: [ID<PlannedNotice>] = []
    /// Whose space is gone: nobody is left to tell.
    var finished: [ID<PlannedNotice>] = []
    private(set) var withdrawn = 0
    private var entries: [ID<Space>: [JournalEntry]] = [:]
    private var expanded: [ID<PlannedNotice>] = []
    private var deliveries: [ID<Delivery>] = []
    private var notices: [ID<PlannedNotice>] = []
    private var spaces: [ID<Space>] = []
    private var participants: [ID<Participation>] = []
    private var codes: [String] = []

    mutating func withdraw(_ notice: ID<PlannedNotice>, _ entry: JournalEntry, of space: ID<Space>) {
      finished.append(notice)
      entries[space, default: []].append(entry)
      withdrawn += 1
    }

    mutating func expand(
      _ notice: ID<PlannedNotice>, _ code: String, of space: ID<Space>, to recipients: [ID<Participation>]
    ) {
      expanded.append(notice)
      for recipient in recipients {
        deliveries.append(.make())
        notices.append(notice)
        spaces.append(space)
        participants.append(recipient)
        codes.append(code)
      }
    }

    /// A delivery of new messages that waits already takes the place of another; a notice without any goes at once.
    func enqueue(_ locked: LockedSpaces, on transaction: WriteTransaction) throws {
      try transaction.enqueue(
        """
        INSERT INTO ohjaustila.delivery (id, notice_id, space_id, participant_id, kind, created_at, due_at, give_up_at)
        SELECT u.*, \(locked.now), \(locked.now), \(locked.now + RetryRule.lifetime)
        FROM unnest(\(deliveries), \(notices), \(spaces), \(participants), \(codes)) u
        ON CONFLICT DO NOTHING
        """)
      try transaction.enqueue("UPDATE ohjaustila.outbox SET expanded = true WHERE id = ANY (\(expanded))")
      try transaction.enqueue(
        """
        DELETE FROM ohjaustila.outbox o WHERE o.id = ANY (\(finished)) OR (o.id = ANY (\(expanded))
          AND NOT EXISTS (SELECT FROM ohjaustila.delivery d WHERE d.notice_id = o.id))
        """)
      try transaction.enqueue(
        """
        UPDATE ohjaustila.outbox SET due_at = \(locked.now + NoticeExpansion.retryAfter) WHERE id = ANY (\(postponed))
        """)
      if !held.isEmpty {
        try transaction.enqueue(
          """
          UPDATE ohjaustila.outbox SET due_at = \(locked.now + SweepBatch.postponement) WHERE id = ANY (\(held))
          """)
      }
      for (id, entries) in entries {
        if let space = locked.spaces[id] { try transaction.enqueue(entries, of: space) }
      }
    }
  }
}
