import Foundation
import TestSupport

/// What a run depends on beside chance: `OHJAUSTILA_SEED` repeats the decisions of one that failed (who is killed after
/// what pause, who asks what), though not the moments; `OHJAUSTILA_FAULT_KILLS` makes it longer.
enum Plan {
  static let seed = testSeed
  static let kills = Int(number("OHJAUSTILA_FAULT_KILLS") ?? 100)

  private static func number(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
  }
}

/// What did not come in time.
struct NeverCame: Error, CustomStringConvertible {
  let what: String
  var description: String { "\(what) never came" }
}

/// Waits for a condition, two minutes at most: on a busy machine everything takes longer, but nothing that long.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(120)
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw NeverCame(what: what) }
    try await Task.sleep(for: .milliseconds(20))
  }
}
