import Foundation
import Lifecycle
import TestSupport
import Testing

@testable import HTTPAPI

/// Dates as HTTP writes them, against Foundation's calendar.
@Suite struct HTTPDateTests {
  @Test func everySecondReadsAsItWasWritten() {
    var random = SplitMix64(seed: testSeed)
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    for _ in 0..<2000 {
      let seconds = Int64.random(in: -60_000_000_000...250_000_000_000, using: &random)
      let date = HTTPDate(Instant(microseconds: seconds * 1_000_000 + Int64.random(in: 0..<1_000_000, using: &random)))
      #expect(date.seconds == seconds, "OHJAUSTILA_SEED=\(testSeed)")
      let expected = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
      // Foundation counts Julian days before October 1582.
      if seconds > -12_000_000_000 { #expect(date.field == expected, "OHJAUSTILA_SEED=\(testSeed)") }
      #expect(HTTPDate(field: date.field) == date, "OHJAUSTILA_SEED=\(testSeed)")
    }
  }

  @Test(arguments: [
    "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
  ])
  func threeFormsAreOneDate(_ field: String) {
    #expect(HTTPDate(field: field)?.seconds == 784_111_777)
  }

  @Test(arguments: [
    "", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
    "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
    "Sun, 06 Nov 1994 8:49:37 GMT", "Xxx, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT",
    "1994-11-06T08:49:37Z", "784111777", "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
  ])
  func nothingElseIsADate(_ field: String) {
    #expect(HTTPDate(field: field) == nil)
  }

  /// A date is told when its second can't come to name other bytes any more.
  @Test func datesOfYoungBytesAreKeptBack() {
    let change = Instant(microseconds: 1_800_000_000_999_999)
    #expect(HTTPDate.settled(change, at: change + .microseconds(2_999_999)) == nil)
    #expect(HTTPDate.settled(change, at: change + .seconds(3)) == HTTPDate(change))
    #expect(HTTPDate.settled(change, at: change - .seconds(3)) == nil)
  }
}
