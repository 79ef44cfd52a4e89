import Lifecycle
import Testing

@Suite struct PeriodTests {
  @Test(arguments: [
    ("P3M", 3, 0, "P3M"), ("P1Y", 12, 0, "P12M"), ("P12M", 12, 0, "P12M"), ("P180D", 0, 180, "P180D"),
    ("P0D", 0, 0, "P0D"), ("P0M", 0, 0, "P0D"), ("P1Y6M2W3D", 18, 17, "P18M17D"), ("P2W", 0, 14, "P14D"),
  ])
  func reads(_ text: String, _ months: Int, _ days: Int, _ printed: String) throws {
    let period = try Period(iso8601: text)
    #expect(period.months == months && period.days == days && period.description == printed)
    #expect(Period(printed) == period)
  }

  @Test(arguments: [
    "", "P", "3M", "p3M", "P3", "P-3M", "P3M ", "P1.5M", "P3D1M", "P1M1M", "PT1H", "P1DT1H", "P1H", "P12001M",
    "P9999999999D", "P3m", "P٣M",
  ])
  func refuses(_ text: String) {
    let error = #expect(throws: TimeTextError.self) { try Period(iso8601: text) }
    #expect(error?.subject == .period && error?.text == text)
  }

  @Test func hasATotalOrder() {
    let ascending = ["P0D", "P1D", "P30D", "P1M", "P31D", "P3M", "P92D", "P180D", "P6M", "P12M", "P366D"].map(period)
    for (index, smaller) in ascending.enumerated() {
      #expect(!(smaller < smaller))
      for larger in ascending[(index + 1)...] { #expect(smaller < larger && !(larger < smaller)) }
    }
  }

  @Test func keepsItsBounds() {
    #expect(Period(months: -1) == nil && Period(days: -1) == nil && Period(months: 12_001) == nil)
    #expect(period("P12000M") + period("P12000M") == period("P12000M"))
    #expect(period("P3M") + period("P2D") == period("P3M2D") && period("P3M2D").fewestDays == 86)
  }

  @Test(arguments: [
    ("P3M", "P3M", 0), ("P95D", "P95D", 0), ("PT1H", "P0D", 3600), ("P1DT2H", "P1D", 7200),
    ("PT1H1M1S", "P0D", 3661), ("PT0S", "P0D", 0),
  ])
  func readsAmounts(_ text: String, _ length: String, _ seconds: Int) throws {
    let amount = try AdvanceAmount(iso8601: text)
    #expect(amount == AdvanceAmount(period: period(length), time: .seconds(seconds)))
  }

  @Test(arguments: ["P", "PT", "P1DT", "1D", "PT1D", "P1H", "PT1.5S", "PT-1S", "P1D T1H", "PT1M1H"])
  func refusesAmounts(_ text: String) {
    #expect(throws: TimeTextError.self) { try AdvanceAmount(iso8601: text) }
  }
}
