import Foundation
import Lifecycle
import TestSupport
import Testing

@Suite struct InstantTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999999Z", -1), ("2026-06-01T21:00:00Z", 1_780_347_600_000_000),
    ("2026-06-02T00:00:00.5+03:00", 1_780_347_600_500_000), ("2000-02-29T12:34:56.000001-00:30", 951_829_496_000_001),
    ("0001-01-01T00:00:00Z", -62_135_596_800_000_000), ("9999-12-31T23:59:59Z", 253_402_300_799_000_000),
  ])
  func reads(_ text: String, _ microseconds: Int64) throws {
    #expect(try Instant(rfc3339: text) == Instant(microseconds: microseconds))
  }

  @Test(arguments: [
    ("", 0), ("2026-06-01", 10), ("2026-06-01 00:00:00Z", 10), ("2026-06-01t00:00:00Z", 10),
    ("2026-06-01T00:00:00z", 19), ("2026-06-01T00:00:00", 19), ("2026-06-01T24:00:00Z", 11),
    ("2026-06-01T23:59:60Z", 17), ("2026-02-29T00:00:00Z", 8), ("2026-13-01T00:00:00Z", 5), ("0000-01-01T00:00:00Z", 0),
    ("2026-06-01T00:00:00.Z", 20), ("2026-06-01T00:00:00.1234567Z", 27), ("2026-06-01T00:00:00+0300", 22),
    ("2026-06-01T00:00:00+24:00", 20), ("2026-06-01T00:00:00Z ", 20), ("infinity", 0), ("２026-06-01T00:00:00Z", 0),
  ])
  func refuses(_ text: String, _ offset: Int) {
    let error = #expect(throws: TimeTextError.self) { try Instant(rfc3339: text) }
    #expect(error?.offset == offset && error?.subject == .instant)
    #expect(Instant(text) == nil)
  }

  @Test func printsWithoutNeedlessFraction() {
    #expect(Instant(microseconds: 0).description == "1970-01-01T00:00:00Z")
    #expect(Instant(microseconds: -1).description == "1969-12-31T23:59:59.999999Z")
    #expect(Instant(microseconds: 1_500_000).description == "1970-01-01T00:00:01.500000Z")
    #expect(Instant.distantFuture.description == "infinity" && Instant.distantPast.description == "-infinity")
  }

  @Test func printedReadsBackAndAgreesWithFoundation() throws {
    var random = SplitMix64(seed: testSeed)
    for _ in 0..<2000 {
      let range: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999
      let instant = Instant(microseconds: Int64.random(in: range, using: &random))
      #expect(try Instant(rfc3339: instant.description) == instant)
    }
    let formatted = Date(timeIntervalSince1970: 1_780_347_600).ISO8601Format()
    #expect(Instant(microseconds: 1_780_347_600_000_000).description == formatted)
  }

  @Test func saturates() {
    #expect(Instant.distantFuture - .seconds(1) == .distantFuture)
    #expect(Instant.distantPast + .seconds(1) == .distantPast)
    #expect(Instant(microseconds: .max - 1) + .seconds(1) == .distantFuture)
    #expect(Instant(microseconds: .min + 1) - .seconds(1) == .distantPast)
    #expect(Instant(microseconds: 0) + .seconds(Int64.max) == .distantFuture)
    #expect(Instant(microseconds: 5) - Instant(microseconds: 8) == .microseconds(-3))
    #expect(Instant.distantFuture - Instant.distantPast == .microseconds(Int64.max))
    #expect(Instant(microseconds: 0) < Instant(microseconds: 1))
  }
}
