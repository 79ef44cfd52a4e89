import Testing

@testable import HTTPAPI

@Suite struct TokenBucketsTests {
  private let start = ContinuousClock.now

  @Test func aMinutesWorthComesAtOnceThenEvenly() {
    let buckets = TokenBuckets<Int>(perMinute: 6)
    for _ in 0..<6 { #expect(buckets.take(1, at: start) == nil) }
    #expect(buckets.take(1, at: start) == .seconds(10))
    #expect(buckets.take(1, at: start + .seconds(9)) == .seconds(1))
    #expect(buckets.take(1, at: start + .seconds(10)) == nil)
    #expect(buckets.take(1, at: start + .seconds(10)) == .seconds(10))
    // A refusal costs nothing, and others have buckets of their own.
    #expect(buckets.take(2, at: start) == nil)
    #expect(buckets.wait(1, at: start + .seconds(19)) == .seconds(1) && buckets.wait(3, at: start) == nil)
  }

  /// Over any time, never more than a minute's worth and what the time brings.
  @Test(arguments: [1, 7, 60, 600]) func theRateHolds(_ perMinute: Int) {
    let buckets = TokenBuckets<Int>(perMinute: perMinute)
    var taken = 0
    for step in 0..<30_000 where buckets.take(1, at: start + .milliseconds(step * 10)) == nil { taken += 1 }
    #expect((perMinute * 6 - 1...perMinute * 6).contains(taken))
  }

  /// Whoever comes from ever new addresses can't make the service remember them all, nor forget who asks too often.
  @Test func memoryIsBounded() {
    let buckets = TokenBuckets<Int>(perMinute: 2, capacity: 100)
    for _ in 0..<2 { _ = buckets.take(-1, at: start) }
    for key in 0..<10_000 {
      #expect(buckets.take(key, at: start) == nil)
      #expect(buckets.count <= 100)
    }
    #expect(buckets.take(-1, at: start) != nil)
  }
}
