import Foundation

/// What a run depends on beside chance: `OHJAUSTILA_SEED` repeats the decisions of one that failed (who is killed after
/// what pause, who asks what), though not the moments; `OHJAUSTILA_FAULT_KILLS` makes it longer.
enum Plan {
  static let seed = number("OHJAUSTILA_SEED") ?? UInt64.random(in: 0 ... .max)
  static let kills = Int(number("OHJAUSTILA_FAULT_KILLS") ?? 120)

  private static func number(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
  }
}

/// A small generator that gives the same numbers for the same seed.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
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
