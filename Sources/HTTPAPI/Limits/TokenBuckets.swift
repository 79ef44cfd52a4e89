import Synchronization

/// Token buckets by key: each holds a minute's worth, and refills evenly.
///
/// A bucket is one instant, the one at which it will be full again (generic cell rate algorithm); a full one is not
/// kept.
/// Memory is bounded: with as many keys as fit, those that have used least are forgotten, and so start anew.
final class TokenBuckets<Key: Hashable & Sendable>: Sendable {
  /// Of the monotonic clock: setting the machine's clock grants nothing.
  typealias Instant = ContinuousClock.Instant

  private let perMinute: Int
  private let capacity: Int
  private let fullAt = Mutex<[Key: Instant]>([:])

  /// - Parameters:
  ///   - perMinute: 1 or more.
  ///   - capacity: most keys remembered.
  init(perMinute: Int, capacity: Int = 20_000) {
    self.perMinute = max(1, perMinute)
    self.capacity = capacity
  }

  private var interval: Duration { .seconds(60) / perMinute }

  /// Takes a token.
  ///
  /// - Returns: nil when there was one, else how long until there is.
  func take(_ key: Key, at now: Instant = .now) -> Duration? {
    fullAt.withLock { buckets in
      let full = max(buckets[key] ?? now, now)
      let wait = Self.wait(full, interval, now)
      guard wait <= .zero else { return wait }
      if buckets.count >= capacity, buckets[key] == nil { makeRoom(&buckets, now) }
      buckets[key] = full + interval
      return nil
    }
  }

  /// Whether there is a token, without taking it.
  func wait(_ key: Key, at now: Instant = .now) -> Duration? {
    let wait = Self.wait(max(fullAt.withLock { $0[key] } ?? now, now), interval, now)
    return wait > .zero ? wait : nil
  }

  /// Keys remembered.
  var count: Int { fullAt.withLock { $0.count } }

  private static func wait(_ full: Instant, _ interval: Duration, _ now: Instant) -> Duration {
    (full + interval) - (now + .seconds(60))
  }

  /// Forgets the full buckets; and while more than half are left, those nearest to it.
  private func makeRoom(_ buckets: inout [Key: Instant], _ now: Instant) {
    buckets = buckets.filter { $0.value > now }
    guard buckets.count > capacity / 2 else { return }
    let median = buckets.values.sorted()[buckets.count - capacity / 2]
    buckets = buckets.filter { $0.value > median }
  }
}
