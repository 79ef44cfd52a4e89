import Foundation
import Lifecycle
import TestSupport
import Testing

@Suite struct CivilZoneTests {
  /// Summer and winter time in Helsinki change at 01:00 UTC on the last Sundays of March and October.
  @Test func expandsTheRuleThrough2200() {
    let table = helsinki.transitions(from: 1997, through: 2200)
    #expect(table.count == 2 * 204)
    for (index, change) in table.enumerated() {
      let date = CivilZone.utc.date(of: change.at)
      let summer = index % 2 == 0
      #expect(change.at == CivilZone.utc.startOfDay(date) + .seconds(3600))
      #expect(date.year == 1997 + index / 2 && date.month == (summer ? 3 : 10) && date.day >= 25)
      #expect((date.daysSince1970 + 4) % 7 == 0)
      #expect(change.offsetAfter == (summer ? 10_800 : 7_200) && change.offsetBefore == (summer ? 7_200 : 10_800))
    }
    #expect(helsinki.transitions(from: 2201, through: 2300).isEmpty)
  }

  @Test(arguments: [
    ("2026-03-29", "2026-03-28T22:00:00Z"), ("2026-03-30", "2026-03-29T21:00:00Z"),
    ("2026-10-25", "2026-10-24T21:00:00Z"), ("2026-10-26", "2026-10-25T22:00:00Z"),
    ("2150-07-01", "2150-06-30T21:00:00Z"),
  ])
  func startsDaysAroundChanges(_ date: String, _ at: String) {
    #expect(helsinki.startOfDay(day(date)) == instant(at))
    #expect(helsinki.date(of: instant(at)) == day(date))
    #expect(helsinki.date(of: instant(at) - .microseconds(1)) == day(date).adding(days: -1))
  }

  /// Zones whose clocks jump over midnight, or show it twice, or lose a whole day.
  @Test(arguments: [
    ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),
    ("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"),
    ("Asia/Beirut", "2022-03-27", "2022-03-26T22:00:00Z"), ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
    ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"), ("America/Asuncion", "2023-03-26", "2023-03-26T04:00:00Z"),
  ])
  func startsOddDays(_ name: String, _ date: String, _ at: String) {
    #expect(zone(name).startOfDay(day(date)) == instant(at))
  }

  @Test(arguments: [
    "Europe/Helsinki", "America/New_York", "Australia/Sydney", "Asia/Kolkata", "UTC", "Africa/Casablanca",
  ])
  func agreesWithFoundation(_ name: String) {
    let (zone, naive) = (zone(name), NaiveCalendar(name))
    let last = name == "Europe/Helsinki" ? 2100 : 2036
    var date = CivilDate(year: 1990, month: 1, day: 1) ?? .min
    while date.year <= last {
      let start = zone.startOfDay(date)
      guard start == naive.startOfDay(date), naive.date(of: start - .microseconds(1)) == date.adding(days: -1) else {
        Issue.record("\(name) \(date): \(start), Foundation \(naive.startOfDay(date))")
        return
      }
      date = date.adding(days: 1)
    }
  }

  /// Every second start and end of a day, and random moments: the date's day holds the moment.
  @Test func dateAndStartOfDayAgree() {
    var random = SplitMix64(seed: testSeed)
    for _ in 0..<20_000 {
      let range: ClosedRange<Int64> = -1_500_000_000_000_000...9_000_000_000_000_000
      let moment = Instant(microseconds: Int64.random(in: range, using: &random))
      let date = helsinki.date(of: moment)
      #expect(helsinki.startOfDay(date) <= moment && moment < helsinki.endOfDay(date))
    }
    #expect(helsinki.date(of: .distantFuture) == .max && helsinki.date(of: .distantPast) == .min)
  }

  @Test(arguments: [
    ("2026-03-28T23:30:00Z", "P1D", "2026-03-29T22:30:00Z"), ("2026-03-28T01:30:00Z", "P1D", "2026-03-29T01:00:00Z"),
    ("2026-10-24T00:30:00Z", "P1D", "2026-10-25T01:30:00Z"),
    ("2026-01-31T10:00:00.25Z", "P1M", "2026-02-28T10:00:00.25Z"),
    ("2026-01-31T10:00:00Z", "P3M", "2026-04-30T09:00:00Z"), ("2026-03-29T00:30:00Z", "PT1H", "2026-03-29T01:30:00Z"),
    ("2026-03-28T10:00:00Z", "P1DT2H", "2026-03-29T11:00:00Z"),
  ])
  func advances(_ from: String, _ amount: String, _ to: String) throws {
    #expect(helsinki.instant(instant(from), advancedBy: try AdvanceAmount(iso8601: amount)) == instant(to))
  }
}
