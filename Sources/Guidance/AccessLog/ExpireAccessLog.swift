import Lifecycle
import Postgres

extension GuidanceStore {
  /// Deletes what the access log has kept for its time, some thousand entries a transaction.
  ///
  /// Entries of all registers share the chains, so the longest time of the policies in force counts for all. Chains end
  /// batch by batch from their beginning; the anchor that stays behind carries on the verification.
  ///
  /// - Returns: how many entries went.
  func expireAccessLog() async throws -> Int {
    guard let kept = policies.longestAccessLog else { return 0 }
    let now = try await scheduler.readOnce([stating(nil), "SELECT ohjaustila.instant_now()"]) {
      try $0[1].exactlyOne().get(0, as: Instant.self)
    }
    let horizon = zone.horizon(of: kept, at: now)
    var expired = 0
    for chain in try await chains(withEntriesBefore: horizon) {
      while case let gone = try await expire(chain, before: horizon, kept: kept), gone > 0 { expired += gone }
    }
    return expired
  }

  /// Chains whose oldest batch is past its time.
  private func chains(withEntriesBefore horizon: Instant) async throws -> [Int] {
    try await scheduler.readOnce([
      """
      SELECT c.number FROM ohjaustila.access_chain c
      LEFT JOIN ohjaustila.access_anchor a ON a.chain = c.number
      CROSS JOIN LATERAL (
        SELECT newest_at FROM ohjaustila.access_batch b WHERE b.chain = c.number AND b.seq > coalesce(a.seq, 0)
        ORDER BY b.seq LIMIT 1) AS oldest
      WHERE c.head_seq > coalesce(a.seq, 0) AND oldest.newest_at < \(horizon) ORDER BY c.number
      """
    ]) { try $0[0].map { try $0.get(0, as: Int.self) } }
  }

  private static let entriesAtOnce = 5000

  private func expire(_ chain: Int, before horizon: Instant, kept: Period) async throws -> Int {
    try await scheduler.write(preamble: [stating(nil)]) { transaction in
      try transaction.exactlyOne(
        "SELECT ohjaustila.expire_access(\(chain), \(horizon), \(kept.description), \(Self.entriesAtOnce))"
      ) { try $0.get(0, as: Int.self) }
    }
  }
}

extension Policies {
  /// The longest time for which a policy keeps the access log. Every version that is loaded counts: a new one beside it
  /// takes nothing from the spaces that still live by the old.
  var longestAccessLog: Period? { all.map(\.logs.accessLog.period).max() }
}
