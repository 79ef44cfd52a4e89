import Foundation
import Lifecycle
import Postgres

/// Some thousand due spaces in one transaction: claimed, locked, decided in the pure core, written back with arrays.
struct SweepBatch: Sendable {
  let store: GuidanceStore
  /// Off while the clocks can't be trusted: what is to be erased is then left for later.
  let mayDestroy: Bool
  /// Writes erasures into the ledger; without one, what is to be erased is left to the process that has it.
  let pen: LedgerPen?
  /// What is held of what is to be erased, asked once a sweep.
  let breaker = ErasureBreaker()

  /// Spaces in a batch (findings.md: smaller ones cost round trips, larger ones time).
  static let size = 5000
  /// Batches at once: as many as the scheduler has connections.
  static let atOnce = 2
  /// How long a space that was found locked is left alone, and how often before its lock is waited for.
  static let retryAfter: Duration = .milliseconds(200)
  static let maximumSkips = 3
  /// How long an erasure waits that the clocks forbid.
  static let postponement: Duration = .seconds(60)
  /// How many much-used spaces a sweep waits for, and how long for each.
  private static let patientlyAtOnce = 20
  private static let patience = "2s"

  /// Runs one batch.
  ///
  /// - Returns: what it did; nil when nothing was due.
  func run() async throws -> SweepReport? {
    try await finishing { try await store.scheduler.write(preamble: [store.stating(nil)], run) }
  }

  /// What a transaction did, and what it wrote into the ledger.
  private typealias Outcome = (report: SweepReport, intent: LedgerPen.Intent?)

  /// Writes into the ledger that a transaction has committed.
  private func finishing(_ work: () async throws -> Outcome?) async throws -> SweepReport? {
    guard let outcome = try await work() else { return nil }
    if let intent = outcome.intent { try await pen?.finish(intent, at: store.clock.now) }
    return outcome.report
  }

  @Sendable private func run(_ transaction: WriteTransaction) throws -> Outcome? {
    let claimed = try claim(transaction)
    guard !claimed.isEmpty else { return nil }
    let (spaces, now) = try lock(claimed, transaction)
    let locked = Set(spaces.map(\.id))
    return try carryOut(spaces, skipping: claimed.filter { !locked.contains($0) }, at: now, transaction)
  }

  private func carryOut(
    _ spaces: [Space], skipping skipped: [ID<Space>], at now: Instant, _ transaction: WriteTransaction
  ) throws -> Outcome {
    var writing = SweepWriting()
    for space in spaces {
      let through = max(now, space.journal.at)
      let isErased = space.timeline.erasesAt <= through
      if isErased, !mayDestroy {
        writing.postpone(space.id)
      } else if isErased, pen == nil {
        // It has become one only now; whoever has the ledger finds it due.
        continue
      } else if isErased, try breaker.holds(space.register, store: store, transaction) {
        try writing.hold(space, at: through, store: store)
      } else {
        try writing.carryOut(space, through: through, store: store)
      }
    }
    writing.skip(skipped)
    let intent = try writing.enqueue(on: transaction, at: now, keys: store.keys, pen: pen)
    return (writing.report, intent)
  }

  /// Takes due rows that no other copy has taken.
  private func claim(_ transaction: WriteTransaction) throws -> [ID<Space>] {
    try transaction.all(
      """
      SELECT d.space_id FROM ohjaustila.due d
      WHERE d.at <= ohjaustila.instant_now() AND d.retry_at <= ohjaustila.instant_now()
        AND d.skips < \(Int16(Self.maximumSkips)) AND \(eligible)
      ORDER BY d.at LIMIT \(Self.size) FOR UPDATE OF d SKIP LOCKED
      """
    ) { try $0.get(0) }
  }

  /// Which due rows are this batch's: without the ledger all but those whose space is to be erased.
  private var eligible: Query { mayDestroy && pen == nil ? Self.erasesNothing : "true" }

  /// The space of the due row `d` lives on.
  static let erasesNothing: Query = """
    NOT EXISTS (SELECT FROM ohjaustila.space s
      WHERE s.id = d.space_id AND s.erases_at <= ohjaustila.instant_now() OFFSET 0)
    """

  /// Locks the spaces; those that somebody is changing are passed over. Only columns of locked rows are read, and now is
  /// taken after the lock.
  private func lock(_ ids: [ID<Space>], _ transaction: WriteTransaction) throws -> ([Space], Instant) {
    let rows = try transaction.pipeline([
      """
      SELECT \(Space.columns) FROM ohjaustila.space s WHERE s.id = ANY (\(ids)) ORDER BY s.id
      FOR NO KEY UPDATE SKIP LOCKED
      """,
      "SELECT ohjaustila.instant_now()",
    ])
    return (try rows[0].map(Space.init), try rows[1].exactlyOne().get(0))
  }
}

// MARK: - Spaces that are always in use

extension SweepBatch {
  /// Waits for the spaces that were found locked too often, one transaction each: none holds up another.
  func runPatiently() async throws -> SweepReport {
    let spaces = try await store.scheduler.readOnce([
      store.stating(nil),
      """
      SELECT d.space_id FROM ohjaustila.due d
      WHERE d.at <= ohjaustila.instant_now() AND d.retry_at <= ohjaustila.instant_now()
        AND d.skips >= \(Int16(Self.maximumSkips)) AND \(eligible)
      ORDER BY d.at LIMIT \(Self.patientlyAtOnce)
      """,
    ]) { try $0[1].map { try $0.get(0, as: ID<Space>.self) } }
    var report = SweepReport()
    for space in spaces { report += try await finishing { try await runPatiently(space) } ?? SweepReport() }
    return report
  }

  private func runPatiently(_ space: ID<Space>) async throws -> Outcome? {
    do {
      return try await store.scheduler.write(preamble: [store.stating(nil)]) { try self.wait(for: space, $0) }
    } catch let error as PostgresError where error.sqlState == .lockNotAvailable {
      return try await store.scheduler.write(preamble: [store.stating(nil)]) { transaction in
        let now = try transaction.exactlyOne("SELECT ohjaustila.instant_now()") { try $0.get(0, as: Instant.self) }
        return try self.carryOut([], skipping: [space], at: now, transaction)
      }
    }
  }

  /// The space first and its row in the queue after it, as a fact locks them: the two can't wait for each other.
  private func wait(for space: ID<Space>, _ transaction: WriteTransaction) throws -> Outcome? {
    let rows = try transaction.pipeline([
      "SELECT set_config('lock_timeout', \(Self.patience), true)",
      "SELECT \(Space.columns) FROM ohjaustila.space s WHERE s.id = \(space) FOR NO KEY UPDATE",
      """
      SELECT FROM ohjaustila.due d WHERE d.space_id = \(space) AND d.at <= ohjaustila.instant_now() FOR UPDATE
      """,
      "SELECT ohjaustila.instant_now()",
    ])
    guard !rows[2].isEmpty else { return nil }
    return try carryOut(rows[1].map(Space.init), skipping: [], at: rows[3].exactlyOne().get(0), transaction)
  }
}
