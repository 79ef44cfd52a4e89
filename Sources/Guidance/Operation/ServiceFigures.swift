public import Postgres
import Synchronization

/// What this copy of the service is doing: numbers only, nothing of whom or what.
public struct ServiceFigures: Sendable {
  /// The pools of connections, by the role they log in as.
  public let pools: [(role: String, metrics: DatabaseMetrics)]
  /// Event streams open here.
  public let eventStreams: Int
  /// Looks that wait to be written to the access log.
  public let accessesWaiting: Int
  /// What the sweeps of this copy have done so far.
  public let sweeps: SweepTotals
  /// Why this copy erases nothing; nil when it may.
  public let ledgerTrouble: LedgerTrouble?
  /// Bytes that are free where the erasure ledger is; nil without one, or where it can't be asked.
  public let ledgerSpace: Int?
}

/// The same of the whole installation, as its database knows it.
public struct InstallationFigures: Sendable {
  /// Spaces with something due that is not carried out yet, up to `InstallationFigures.most`.
  public let due: Int
  /// Notices and mails that wait.
  public let notices: NoticeCounts
  /// Spaces that are hidden and whose erasure waits for a confirmation.
  public let erasuresHeld: Int
  /// How late erasures are.
  public let erasures: ErasureFigures

  /// Counting further tells nobody more.
  public static let most = 100_000
}

/// Sums over the sweeps of this copy.
public struct SweepTotals: Sendable {
  /// Sweeps that came to their end.
  public internal(set) var completed = 0
  /// Sweeps that failed, and were tried again.
  public internal(set) var failed = 0
  /// What they did, all together.
  public internal(set) var report = SweepReport()
  /// Erasures that the last one held.
  public internal(set) var erasuresHeld = 0
}

extension GuidanceStore {
  /// What this copy is doing now. Asks nobody.
  public var figures: ServiceFigures {
    ServiceFigures(
      pools: [("service", service.metrics), ("scheduler", scheduler.metrics), ("dpo", dpo.metrics)],
      eventStreams: events.slots.count, accessesWaiting: accesses.waiting, sweeps: sweepTotals.withLock { $0 },
      ledgerTrouble: ledgerTrouble, ledgerSpace: ledger.flatMap { LedgerFiles.space(in: $0.folder) })
  }

  /// What waits in the whole installation.
  public func installationFigures() async throws -> InstallationFigures {
    let due = try await scheduler.readOnce([
      stating(nil),
      """
      SELECT count(*) FROM (
        SELECT FROM ohjaustila.due WHERE at <= ohjaustila.instant_now() LIMIT \(InstallationFigures.most)) waiting
      """,
    ]) { try $0[1].exactlyOne().get(0, as: Int.self) }
    let held = try await heldErasures()
    return InstallationFigures(
      due: due, notices: try await noticeCounts(), erasuresHeld: held.reduce(0) { $0 + $1.due },
      erasures: try await erasureFigures())
  }
}
