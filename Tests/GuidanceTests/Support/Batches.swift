import Testing

@testable import Guidance

extension GuidanceStore {
  /// One batch of a sweep, with the ledger, and nothing of what follows it.
  @discardableResult
  func runBatch() async throws -> SweepReport? {
    let pen = try #require(try await takeLedger())
    let report = try await SweepBatch(store: self, mayDestroy: true, pen: pen).run()
    try await pen.giveBack()
    return report
  }
}
