import Testing

@testable import Lifecycle

/// When unused rights are listed and end, by calendar months whose last day is whole.
@Suite struct AccessReviewTests {
  private static let rules = AccessReview(
    interval: Period(months: 3) ?? .zero, grace: Period(months: 1) ?? .zero, source: "x")

  @Test(arguments: [
    ("2026-01-15", "2026-04-15", "2026-05-15"), ("2026-11-30", "2027-02-28", "2027-03-28"),
    ("2027-11-30", "2028-02-29", "2028-03-29"), ("2026-12-31", "2027-03-31", "2027-04-30"),
  ])
  func monthsAreClampedAndLastDaysWhole(_ used: String, _ listed: String, _ ended: String) throws {
    let day = try #require(CivilDate(used))
    #expect(Self.rules.listed(after: day, zone: helsinki).lastDay == CivilDate(listed))
    let end = Self.rules.ended(after: day, zone: helsinki)
    #expect(end.lastDay == CivilDate(ended))
    #expect(Self.rules.lapsedThrough(at: end.boundary - .microseconds(1), zone: helsinki) < day)
    #expect(Self.rules.lapsedThrough(at: end.boundary, zone: helsinki) >= day)
  }

  /// The horizon is the last day that has lapsed, on every day of five years.
  @Test func horizonsAgreeWithEveryDaysOwnDeadline() throws {
    let start = try #require(CivilDate("2026-01-01"))
    for number in 0..<1830 {
      let now = helsinki.startOfDay(start.adding(days: number))
      for (horizon, deadline) in [
        (Self.rules.lapsedThrough(at: now, zone: helsinki), Self.rules.ended),
        (Self.rules.listedThrough(at: now, zone: helsinki), Self.rules.listed),
      ] {
        #expect(deadline(horizon, helsinki).boundary <= now)
        #expect(deadline(horizon.adding(days: 1), helsinki).boundary > now)
      }
    }
  }
}
