import Lifecycle
import Postgres

extension GuidanceStore {
  private static let changesAtOnce = 5000

  /// Deletes what became of staff's rights once it is older than any look that the access log still has: until then it
  /// says by what right somebody looked. What a member has now stays.
  ///
  /// - Returns: how many entries went.
  func expireStaffHistory() async throws -> Int {
    guard let kept = policies.longestAccessLog else { return 0 }
    var expired = 0
    while case let gone = try await expireChanges(kept: kept), gone > 0 { expired += gone }
    return expired
  }

  private func expireChanges(kept: Period) async throws -> Int {
    try await scheduler.write(preamble: [stating(nil)]) { transaction in
      let now = try transaction.exactlyOne("SELECT ohjaustila.instant_now()") { try $0.get(0, as: Instant.self) }
      return try transaction.exactlyOne(
        "SELECT ohjaustila.expire_staff_history(\(self.zone.horizon(of: kept, at: now)), \(Self.changesAtOnce))"
      ) { try $0.get(0, as: Int.self) }
    }
  }
}
