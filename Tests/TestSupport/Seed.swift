import Foundation

/// The seed of this run's random tests: `OHJAUSTILA_SEED` repeats one that failed. Printed once, also for those that end
/// by a trap.
public let testSeed: UInt64 = {
  let given = ProcessInfo.processInfo.environment["OHJAUSTILA_SEED"].flatMap(UInt64.init)
  let seed = given ?? UInt64.random(in: 0 ... .max)
  print("OHJAUSTILA_SEED=\(seed)")
  return seed
}()

/// A small generator that gives the same numbers for the same seed.
public struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  /// A generator at the beginning of a seed's numbers.
  public init(seed: UInt64) {
    state = seed
  }

  /// The next number.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// Yes, in so many of a hundred cases.
  public mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

  /// So many bytes.
  public mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}
