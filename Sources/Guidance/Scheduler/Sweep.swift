public import Lifecycle
import Logging
import Postgres
import Synchronization

/// What a sweep did, or would do.
public struct SweepReport: Sendable, Equatable {
  /// Spaces that entered each state.
  public internal(set) var crossed: [State: Int] = [:]
  /// Notices planned.
  public internal(set) var notices = 0
  /// Spaces that another transaction held; they are tried again.
  public internal(set) var skipped = 0
  /// Spaces that are hidden and not erased: they are more than may be erased in a day without confirmation.
  public internal(set) var erasuresHeld = 0
  /// Spaces whose ciphertext is gone and checked.
  public internal(set) var destroyed = 0
  /// Customers whose last space was erased, gone with everything about them.
  public internal(set) var peopleErased = 0
  /// Journals of erased spaces that went because their time was over.
  public internal(set) var journalsExpired = 0
  /// Entries of the access log that went because their time was over.
  public internal(set) var accessesExpired = 0
  /// Entries of the history of staff's rights that went because their time was over.
  public internal(set) var staffChangesExpired = 0
  /// Members of staff who lost rights that nobody had used or confirmed.
  public internal(set) var rightsEnded = 0

  /// A sweep that found nothing.
  public init() {}

  static func += (left: inout SweepReport, right: SweepReport) {
    left.crossed.merge(right.crossed, uniquingKeysWith: +)
    left.notices += right.notices
    left.skipped += right.skipped
    left.erasuresHeld += right.erasuresHeld
    left.destroyed += right.destroyed
    left.peopleErased += right.peopleErased
    left.journalsExpired += right.journalsExpired
    left.accessesExpired += right.accessesExpired
    left.staffChangesExpired += right.staffChangesExpired
    left.rightsEnded += right.rightsEnded
  }
}

extension GuidanceStore {
  /// Carries out everything that is due: crossings, notices, erasures, and the cleaning up after them.
  ///
  /// Safe in several copies at once, and to be cut off anywhere: each batch is one transaction, each destruction many
  /// small ones that another run takes up.
  public func sweep() async throws -> SweepReport {
    do {
      let report = try await sweeps.inTurn { try await sweepInTurn() }
      sweepTotals.withLock { totals in
        totals.completed += 1
        totals.report += report
      }
      return report
    } catch {
      if !(error is CancellationError) { sweepTotals.withLock { $0.failed += 1 } }
      throw error
    }
  }

  private func sweepInTurn() async throws -> SweepReport {
    var report = SweepReport()
    let skew = try await readClocks()
    let mayDestroy = max(skew, .zero - skew) <= Self.destructionSkew
    if !mayDestroy {
      logger.error("nothing is destroyed: the clocks of service and database are too far apart")
    }
    var isAll = false
    while !isAll {
      report += try await carryOut(mayDestroy: mayDestroy)
      guard mayDestroy else { break }
      let destruction: SweepReport
      (destruction, isAll) = try await destroy()
      report += destruction
    }
    if mayDestroy {
      report.journalsExpired = try await expireJournals()
      report.accessesExpired = try await expireAccessLog()
      report.staffChangesExpired = try await expireStaffHistory()
    }
    report.rightsEnded = try await endUnusedRights()
    try await cleanUp()
    return report
  }

  /// Carries out every crossing that is due, with the ledger where it can be had.
  private func carryOut(mayDestroy: Bool) async throws -> SweepReport {
    var report = SweepReport()
    var pen = mayDestroy ? try await takeLedger() : nil
    report += try await carryOut(mayDestroy: mayDestroy, pen: pen)
    // What erases nothing has not waited for the ledger. What does waits a little for who has it, and else for them to do it.
    if mayDestroy, pen == nil, ledgerTrouble == nil, try await hasErasuresDue() {
      pen = try await takeLedger(waiting: Self.ledgerPatience)
      if pen != nil {
        report += try await carryOut(mayDestroy: true, pen: pen)
      } else if let ledger, ledgerTrouble == nil {
        logger.warning("erasures wait: \(LedgerTrouble.busy(folder: ledger.folder))")
      }
    }
    if !report.crossed.isEmpty { events.announceMany() }
    return report
  }

  /// How long a sweep waits for another process to give the ledger back.
  private static let ledgerPatience: Duration = .seconds(2)

  /// Carries out what is due and gives the ledger back, whatever happens.
  private func carryOut(mayDestroy: Bool, pen: LedgerPen?) async throws -> SweepReport {
    let batch = SweepBatch(store: self, mayDestroy: mayDestroy, pen: pen)
    var report = SweepReport()
    do {
      if let pen { try await writeParticipants(pen) }
      report += try await runAll(batch)
      report += try await batch.runPatiently()
    } catch let error as LedgerFileError {
      // Nothing was erased without being written down. Everything else goes on.
      if let ledger { note(.unusable(error), in: ledger) }
      try? await pen?.giveBack()
      return try await carryOut(mayDestroy: mayDestroy, pen: nil)
    } catch {
      try? await pen?.giveBack()
      throw error
    }
    try await pen?.giveBack()
    try await remember(batch.breaker.known)
    return report
  }

  /// What is held is asked about again when it is tried again; a sweep before that leaves the last answer as it is.
  private func remember(_ held: [HeldErasures]?) async throws {
    if let held {
      for held in held { logger.error("\(held)") }
      sweepTotals.withLock { $0.erasuresHeld = held.reduce(0) { $0 + $1.due } }
    } else if sweepTotals.withLock({ $0.erasuresHeld > 0 }), try await !hasErasures(triedBy: .distantFuture) {
      sweepTotals.withLock { $0.erasuresHeld = 0 }
    }
  }

  private func hasErasuresDue() async throws -> Bool { try await hasErasures(triedBy: nil) }

  /// - Parameter instant: whether those count whose next attempt is at this instant or before; nil is now.
  private func hasErasures(triedBy instant: Instant?) async throws -> Bool {
    try await scheduler.readOnce([
      stating(nil),
      """
      SELECT EXISTS (SELECT FROM ohjaustila.due d
        WHERE d.at <= ohjaustila.instant_now() AND d.retry_at <= coalesce(\(instant), ohjaustila.instant_now())
          AND NOT \(SweepBatch.erasesNothing))
      """,
    ]) { try $0[1].exactlyOne().get(0) }
  }

  /// Runs batches until nothing is due. Two at once: one is decided here while PostgreSQL writes the other. They skip
  /// each other's rows as they would those of another copy.
  private func runAll(_ batch: SweepBatch) async throws -> SweepReport {
    try await withThrowingTaskGroup(of: SweepReport.self) { group in
      for _ in 0..<SweepBatch.atOnce {
        group.addTask {
          var report = SweepReport()
          while let done = try await batch.run() { report += done }
          return report
        }
      }
      return try await group.reduce(into: SweepReport()) { $0 += $1 }
    }
  }

  /// What a sweep at an instant would do, decided by the same core, writing nothing.
  ///
  /// - Parameter instant: now when nil; spaces due by then are counted.
  public func rehearseSweep(asOf instant: Instant?) async throws -> SweepReport {
    var report = SweepReport()
    let held = Set(try await heldErasures(asOf: instant).map(\.register))
    var after: ID<Space>?
    repeat {
      let (spaces, now) = try await dueSpaces(asOf: instant, after: after)
      for space in spaces {
        let policy = try policies.policy(register: space.register, version: space.policyVersion)
        let isHeld = held.contains(space.register) && space.timeline.erasesAt <= instant ?? now
        if isHeld { report.erasuresHeld += 1 }
        let due = space.timeline.crossings(
          policy: policy, zone: zone, after: space.journaledThrough,
          through: isHeld ? space.timeline.erasesAt - .microseconds(1) : instant ?? now)
        for crossing in due { report.count(crossing) }
      }
      after = spaces.last?.id
    } while after != nil
    return report
  }

  private func dueSpaces(asOf instant: Instant?, after: ID<Space>?) async throws -> ([Space], Instant) {
    try await scheduler.readOnce([
      stating(nil),
      """
      SELECT \(Space.columns) FROM ohjaustila.due d JOIN ohjaustila.space s ON s.id = d.space_id
      WHERE d.at <= coalesce(\(instant), ohjaustila.instant_now())
        AND (\(after) IS NULL OR s.id > \(after)) ORDER BY s.id LIMIT \(SweepBatch.size)
      """,
      "SELECT ohjaustila.instant_now()",
    ]) { rows in
      (try rows[1].map(Space.init), try rows[2].exactlyOne().get(0))
    }
  }

  /// When a sweep has something to do next; nil when it never has. What was skipped counts from when it is tried again,
  /// and erasures not while there is something wrong with the ledger.
  public func nextDue() async throws -> Instant? {
    let eligible: Query = ledgerTrouble == nil ? "true" : SweepBatch.erasesNothing
    return try await scheduler.readOnce([
      stating(nil),
      """
      SELECT least(
        (SELECT d.at FROM ohjaustila.due d WHERE d.at < 'infinity' AND d.retry_at <= ohjaustila.instant_now()
          AND \(eligible) ORDER BY d.at LIMIT 1),
        (SELECT min(greatest(at, retry_at)) FROM ohjaustila.due
          WHERE at < 'infinity' AND retry_at > ohjaustila.instant_now()))
      """,
    ]) { try $0[1].exactlyOne().get(0) }
  }
}

extension SweepReport {
  mutating func count(_ crossing: Crossing) {
    switch crossing {
    case .boundary(_, _, let to, _): crossed[to, default: 0] += 1
    case .notice: notices += 1
    }
  }
}
