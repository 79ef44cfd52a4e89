import Lifecycle
import Testing

@Suite struct CivilDateTests {
  @Test func everyDayOfTwelveThousandMonthsCountsOn() {
    var date = CivilDate(year: 1800, month: 1, day: 1) ?? .min
    var (year, month, day) = (1800, 1, 1)
    #expect(date.daysSince1970 == -62_091)
    while year < 2801 {
      guard date.components == (year, month, day), CivilDate(year: year, month: month, day: day) == date,
        CivilDate(date.description) == date
      else {
        Issue.record("\(date) is not \(year)-\(month)-\(day)")
        return
      }
      date = date.adding(days: 1)
      day += 1
      if CivilDate(year: year, month: month, day: day) == nil { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
  }

  @Test(arguments: [
    (2026, 2, 29), (2024, 2, 30), (1900, 2, 29), (2026, 4, 31), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (0, 1, 1),
    (10_000, 1, 1),
  ])
  func refusesNumbers(_ year: Int, _ month: Int, _ day: Int) {
    #expect(CivilDate(year: year, month: month, day: day) == nil)
  }

  @Test(arguments: ["2026-2-01", "2026-02-30", "26-02-01", "2026-02-01T", "2026/02/01", "", "+2026-02-01"])
  func refusesText(_ text: String) {
    #expect(throws: TimeTextError.self) { try CivilDate(iso8601: text) }
  }

  /// Act 150/1930 §3, and domain.md's examples.
  @Test(arguments: [
    ("2025-11-30", "P3M", "2026-02-28"), ("2027-11-30", "P3M", "2028-02-29"), ("2026-03-01", "P3M", "2026-06-01"),
    ("2026-01-31", "P1M", "2026-02-28"), ("2024-02-29", "P12M", "2025-02-28"), ("2024-02-29", "P4Y", "2028-02-29"),
    ("2026-08-31", "P6M", "2027-02-28"), ("2026-12-31", "P2M", "2027-02-28"), ("2026-12-15", "P1M", "2027-01-15"),
    ("2026-01-01", "P180D", "2026-06-30"), ("2026-01-31", "P1M1D", "2026-03-01"), ("2026-05-05", "P0D", "2026-05-05"),
    ("9999-06-01", "P12M", "9999-12-31"), ("9999-12-31", "P1D", "9999-12-31"),
  ])
  func adds(_ from: String, _ length: String, _ to: String) {
    #expect(day(from).adding(period(length)) == day(to))
  }

  @Test func staysWithinItsYears() {
    #expect(CivilDate(daysSince1970: .max) == .max && CivilDate(daysSince1970: .min) == .min)
    #expect(CivilDate.max.description == "9999-12-31" && CivilDate.min.description == "0001-01-01")
  }
}
