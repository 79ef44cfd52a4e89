import Foundation
import Lifecycle
import Postgres

/// Some thousand due spaces in one transaction: claimed, locked, decided in the pure core, written back with arrays.
struct SweepBatch: Sendable {
  let store: GuidanceStore
  /// Off while the clocks can't be trusted: what is to be erased is then left for later.
  let mayDestroy: Bool

  /// Spaces in a batch (findings.md: smaller ones cost round trips, larger ones time).
  static let size = 5000
  /// How long a space that was found locked is left alone, and how often before its lock is waited for.
  static let retryAfter: Duration = .milliseconds(200)
  static let maximumSkips = 3

  /// Runs one batch.
  ///
  /// - Returns: what it did; nil when nothing was due.
  func run() async throws -> SweepReport? {
    try await store.scheduler.write(preamble: [store.stating(nil)], run)
  }

  @Sendable private func run(_ transaction: WriteTransaction) throws -> SweepReport? {
    let claimed = try claim(transaction)
    guard !claimed.isEmpty else { return nil }
    let patiently = claimed.contains { $0.skips >= Self.maximumSkips }
    let (spaces, now) = try lock(claimed.map(\.id), patiently: patiently, transaction)
    let ready = mayDestroy ? spaces : spaces.filter { $0.timeline.erasesAt > now }
    var writing = SweepWriting()
    for space in ready { try writing.carryOut(space, through: max(now, space.journal.at), store: store) }
    let carriedOut = Set(ready.map(\.id))
    writing.skip(claimed.map(\.id).filter { !carriedOut.contains($0) })
    try writing.enqueue(on: transaction, retryAt: now + Self.retryAfter)
    return writing.report
  }

  private struct Claim {
    let id: ID<Space>
    let skips: Int
  }

  /// Takes due rows that no other copy has taken.
  private func claim(_ transaction: WriteTransaction) throws -> [Claim] {
    try transaction.all(
      """
      SELECT d.space_id, d.skips::bigint FROM ohjaustila.due d
      WHERE d.at <= ohjaustila.instant_now() AND d.retry_at <= ohjaustila.instant_now()
      ORDER BY d.at LIMIT \(Self.size) FOR UPDATE SKIP LOCKED
      """
    ) { Claim(id: try $0.get(0), skips: try $0.get(1)) }
  }

  /// Locks the spaces; those that somebody is changing are passed over, unless that has happened too often. Only columns of
  /// locked rows are read, and now is taken after the lock.
  private func lock(
    _ ids: [ID<Space>], patiently: Bool, _ transaction: WriteTransaction
  ) throws -> ([Space], Instant) {
    let selection: Query = "SELECT \(Space.columns) FROM ohjaustila.space s WHERE s.id = ANY (\(ids)) ORDER BY s.id"
    let rows = try transaction.pipeline([
      "SELECT set_config('lock_timeout', '2s', true)",
      patiently ? "\(selection) FOR NO KEY UPDATE" : "\(selection) FOR NO KEY UPDATE SKIP LOCKED",
      "SELECT ohjaustila.instant_now()",
    ])
    let spaces = try rows[1].map { row in
      var cells = row.cells
      return try Space(cells: &cells)
    }
    return (spaces, try rows[2].exactlyOne().get(0))
  }
}
