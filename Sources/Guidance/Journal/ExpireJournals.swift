import Lifecycle
import Postgres
import Vault

extension GuidanceStore {
  /// Deletes the journals of erased spaces whose time is over by the policy that governed them, and marks each in the
  /// chain of expired journals.
  ///
  /// Safe in several copies, and to be cut off anywhere: a step is one transaction, marks come before deletion, and a
  /// journal that is longer than a step is taken up again.
  ///
  /// - Returns: how many journals went.
  func expireJournals() async throws -> Int {
    var expired = 0
    for policy in policies.all {
      while let gone = try await expireJournals(of: policy) { expired += gone }
    }
    return expired
  }

  private static let journalsAtOnce = 200
  private static let entriesAtOnce = 10_000

  /// - Returns: how many journals are gone with this step; nil when nothing is left to do, or another copy is at it.
  private func expireJournals(of policy: Policy) async throws -> Int? {
    let (zone, kept) = (zone, policy.logs.journal.period)
    return try await scheduler.write(preamble: [stating(nil)]) { transaction in
      let rows = try transaction.pipeline([
        "SELECT number, hash FROM ohjaustila.journal_anchor FOR UPDATE SKIP LOCKED",
        "SELECT ohjaustila.instant_now()",
      ])
      guard let anchor = rows[0].first else { return nil }
      let now: Instant = try rows[1].exactlyOne().get(0)
      let due = try transaction.all(Self.due(policy, before: zone.horizon(of: kept, at: now)), DueJournal.init)
      guard !due.isEmpty else { return nil }
      var chain = ExpiryChain(number: try anchor.get(0), hash: try anchor.get(1, as: Bytea.self).bytes)
      for journal in due where !journal.isMarked { chain.append(journal, policy, at: now) }
      try chain.enqueue(on: transaction)
      return try Self.drop(due.map(\.space), at: now, on: transaction)
    }
  }

  /// Erased spaces whose journals are past their time: erasures at the horizon are those of the midnight that ends it.
  private static func due(_ policy: Policy, before horizon: Instant) -> Query {
    """
    SELECT t.space_id, t.journal_seq, t.journal_hash, t.erases_at, e.space_id IS NOT NULL
    FROM ohjaustila.tombstone t LEFT JOIN ohjaustila.journal_expiry e ON e.space_id = t.space_id
    WHERE t.register = \(policy.register) AND t.policy_version = \(Int32(policy.version)) AND t.destroyed_at IS NOT NULL
      AND t.journal_expired_at IS NULL AND t.erases_at <= \(horizon)
    ORDER BY t.erases_at, t.space_id LIMIT \(journalsAtOnce)
    """
  }

  /// - Returns: how many journals are gone; none of them while entries may be left.
  private static func drop(_ spaces: [ID<Space>], at now: Instant, on transaction: WriteTransaction) throws -> Int {
    let dropped = try transaction.exactlyOne(
      "SELECT ohjaustila.drop_expired_journals(\(spaces), \(entriesAtOnce))"
    ) { try $0.get(0, as: Int.self) }
    guard dropped < entriesAtOnce else { return 0 }
    try transaction.enqueue(
      "UPDATE ohjaustila.tombstone SET journal_expired_at = \(now) WHERE space_id = ANY (\(spaces))")
    return spaces.count
  }
}

/// A journal that is past its time, and where it ends.
private struct DueJournal: Sendable {
  let space: ID<Space>
  let sequence: Int
  let head: [UInt8]
  let erasedAt: Instant
  let isMarked: Bool

  init(_ row: Row) throws {
    space = try row.get(0)
    sequence = try row.get(1)
    head = try row.get(2, as: Bytea.self).bytes
    erasedAt = try row.get(3)
    isMarked = try row.get(4)
  }
}

/// The end of the chain of expired journals, and what is to be added to it.
private struct ExpiryChain {
  private var number: Int
  private var hash: [UInt8]
  private var marks: [(mark: JournalExpiry, hash: [UInt8])] = []

  init(number: Int, hash: [UInt8]) {
    (self.number, self.hash) = (number, hash)
  }

  mutating func append(_ journal: DueJournal, _ policy: Policy, at now: Instant) {
    number += 1
    let mark = JournalExpiry(
      number: number, space: journal.space, sequence: journal.sequence, head: journal.head, register: policy.register,
      policyVersion: policy.version, erasedAt: journal.erasedAt, expiredAt: now)
    hash = mark.hash(after: hash)
    marks.append((mark, hash))
  }

  func enqueue(on transaction: WriteTransaction) throws {
    guard !marks.isEmpty else { return }
    try transaction.enqueue(
      """
      INSERT INTO ohjaustila.journal_expiry
        (number, space_id, journal_seq, journal_hash, register, policy_version, erased_at, expired_at, hash)
      SELECT * FROM unnest(\(marks.map(\.mark.number)), \(marks.map(\.mark.space)), \(marks.map(\.mark.sequence)),
        \(marks.map { Bytea($0.mark.head) }), \(marks.map(\.mark.register)),
        \(marks.map { Int32($0.mark.policyVersion) }), \(marks.map(\.mark.erasedAt)), \(marks.map(\.mark.expiredAt)),
        \(marks.map { Bytea($0.hash) }))
      """)
    try transaction.enqueueUpdatingExactlyOne(
      "UPDATE ohjaustila.journal_anchor SET number = \(number), hash = \(Bytea(hash))")
  }
}
