import Lifecycle
import Postgres

/// What a change of policy did.
public struct PolicyReport: Sendable, Equatable {
  /// Spaces that came under the new version.
  public internal(set) var governed = 0
  /// Of these, spaces with a boundary that moved.
  public internal(set) var moved = 0
  /// Spaces that stay under their version, by why.
  public internal(set) var refused: [PolicyObstacle: Int] = [:]
  /// Spaces that other transactions held all the time; the same change once more takes them.
  public internal(set) var skipped = 0

  /// A change that found nothing.
  public init() {}

  static func += (left: inout PolicyReport, right: PolicyReport) {
    left.governed += right.governed
    left.moved += right.moved
    left.refused.merge(right.refused, uniquingKeysWith: +)
    left.skipped += right.skipped
  }
}

extension GuidanceStore {
  /// Brings spaces under a later version of their policy, a few thousand a transaction.
  ///
  /// Where it stands is in the spaces themselves: cut off anywhere, the same change once more goes on with what is left,
  /// also with another preview's token. Safe in several copies at once, and beside facts and sweeps.
  ///
  /// - Parameters:
  ///   - token: of a preview of this change.
  ///   - actor: who the journals say changed the policy.
  ///   - progress: is told after each transaction.
  /// - Throws: `Refusal.invalid` for a token of another change, or an old one.
  public func applyPolicy(
    _ change: PolicyChange, token: String, by actor: JournalActor = .scheduler,
    progress: @Sendable (PolicyProgress) -> Void = { _ in }
  ) async throws -> PolicyReport {
    try requireToken(token, of: change)
    try await publishPolicies()
    let spaces = GovernedSpaces(change: change)
    let total = try await scheduler.readOnce([spaces.count]) { try $0[0].exactlyOne().get(0, as: Int.self) }
    var report = PolicyReport()
    var done = 0
    for policy in change.earlier {
      let batches = PolicyBatches(store: self, change: change, policy: policy, actor: actor)
      report += try await batches.run { looked in
        done += looked
        progress(PolicyProgress(done: done, total: max(done, total)))
      }
    }
    return report
  }
}

extension GuidanceStore {
  /// Refuses what no preview of the change handed out within the hour.
  func requireToken(_ token: String, of change: PolicyChange) throws(Refusal) {
    guard PolicyToken(change: change, keys: keys).accepts(token, at: clock.now) else {
      throw .invalid(
        field: "/token", rule: "is of a preview of this change, not an hour old, with the policies as they are now")
    }
  }
}

/// The transactions that bring one version's spaces under a later one.
struct PolicyBatches: Sendable {
  let store: GuidanceStore
  let change: PolicyChange
  let policy: Policy
  let actor: JournalActor
  /// Spaces in a transaction.
  var pageSize = GovernedSpaces.pageSize

  /// How long a space's lock is waited for that others held when its page was taken.
  private static let patience = "2s"
  private static let patientlyAtOnce = 64

  private var spaces: GovernedSpaces { GovernedSpaces(change: change) }

  /// Goes through all spaces of the version once, and then waits for those that were locked.
  ///
  /// - Parameter done: is told how many more spaces were looked at.
  func run(_ done: (Int) -> Void) async throws -> PolicyReport {
    var report = PolicyReport()
    var skipped: [ID<Space>] = []
    var after = GovernedSpaces.beginning
    while let page = try await runPage(after: after) {
      report += page.report
      skipped += page.skipped
      after = page.last
      done(page.looked)
      try Task.checkCancellation()
    }
    for start in stride(from: 0, to: skipped.count, by: Self.patientlyAtOnce) {
      let some = Array(skipped[start..<min(start + Self.patientlyAtOnce, skipped.count)])
      report += try await runPatiently(some)
      done(some.count)
    }
    return report
  }

  private struct Page: Sendable {
    let report: PolicyReport
    let skipped: [ID<Space>]
    let last: ID<Space>
    /// Without those that were skipped.
    let looked: Int
  }

  /// - Returns: nil behind the last space.
  private func runPage(after: ID<Space>) async throws -> Page? {
    try await store.scheduler.write(preamble: [store.stating(nil)]) { transaction in
      let ids = try transaction.all(spaces.identifiers(under: policy, after: after, limit: pageSize)) {
        try $0.get(0, as: ID<Space>.self)
      }
      guard let last = ids.last else { return nil }
      let rows = try transaction.pipeline([
        spaces.envelopes(of: ids, under: policy, locking: "FOR NO KEY UPDATE SKIP LOCKED"),
        "SELECT ohjaustila.instant_now()", spaces.approvals,
      ])
      let locked = try rows[0].map(Space.init)
      let report = try govern(locked, at: rows[1].exactlyOne().get(0), approvals: rows[2], transaction)
      let found = Set(locked.map(\.id))
      return Page(
        report: report, skipped: ids.filter { !found.contains($0) }, last: last, looked: locked.count)
    }
  }

  /// Waits for spaces in the order everybody locks them. What another copy changed meanwhile is no longer found; of many
  /// that can't all be had in time, each half is tried for itself.
  private func runPatiently(_ ids: [ID<Space>]) async throws -> PolicyReport {
    do {
      return try await store.scheduler.write(preamble: [store.stating(nil)]) { transaction in
        let rows = try transaction.pipeline([
          "SELECT set_config('lock_timeout', \(Self.patience), true)",
          "SELECT FROM ohjaustila.space s WHERE s.id = ANY (\(ids)) ORDER BY s.id FOR NO KEY UPDATE",
          spaces.envelopes(of: ids, under: policy, locking: ""),
          "SELECT ohjaustila.instant_now()", spaces.approvals,
        ])
        return try govern(rows[2].map(Space.init), at: rows[3].exactlyOne().get(0), approvals: rows[4], transaction)
      }
    } catch let error as PostgresError where error.sqlState == .lockNotAvailable {
      guard ids.count > 1 else {
        var report = PolicyReport()
        report.skipped = ids.count
        return report
      }
      var report = try await runPatiently(Array(ids[..<(ids.count / 2)]))
      report += try await runPatiently(Array(ids[(ids.count / 2)...]))
      return report
    }
  }

  private func govern(
    _ locked: [Space], at now: Instant, approvals: Rows, _ transaction: WriteTransaction
  ) throws -> PolicyReport {
    let approved = Set(try approvals.map { try $0.get(0, as: ID<Organisation>.self) })
    var writing = PolicyWriting(change: change, policy: policy, actor: actor, zone: store.zone)
    for space in locked { writing.govern(space, approved: approved.contains(space.organisation), at: now) }
    try writing.enqueue(on: transaction)
    return writing.report
  }
}
