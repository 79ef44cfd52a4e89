import Lifecycle
import Testing

/// What a period is over for.
@Suite struct HorizonTests {
  @Test(arguments: ["P1D", "P14D", "P1M", "P2M", "P12M", "P24M", "P60M", "P1M2D"])
  func dividesTheDaysThatAreOverFromOthers(_ text: String) {
    for days in stride(from: 0, through: 800, by: 3) {
      let today = day("2027-12-30").adding(days: days)
      for now in [helsinki.startOfDay(today), helsinki.startOfDay(today) - .microseconds(1)] {
        let horizon = helsinki.horizon(of: period(text), at: now)
        let last = helsinki.date(of: horizon - .microseconds(1))
        #expect(horizon == helsinki.endOfDay(last))
        #expect(helsinki.deadline(from: last, period: period(text)).boundary <= now)
        #expect(helsinki.deadline(from: last.adding(days: 1), period: period(text)).boundary > now)
      }
    }
  }

  /// 31 January and 28 February both end their month on 28 February.
  @Test func clampedDaysGoTogether() {
    #expect(helsinki.horizon(of: period("P1M"), at: start("2027-03-01")) == start("2027-02-01"))
    #expect(helsinki.horizon(of: period("P1M"), at: start("2027-02-28")) == start("2027-01-28"))
  }

  @Test func aLogIsKeptForSomeTimeAndSaysWhy() {
    func rule(_ kept: Period, source: String = "test") -> StageRule { StageRule(period: kept, source: source) }
    func refusal(_ change: (inout LogRules) -> Void) -> PolicyError? {
      var terms = guidanceTerms()
      change(&terms.logs)
      do {
        _ = try Policy(terms)
        return nil
      } catch {
        return error
      }
    }
    #expect(refusal { $0.journal = rule(.zero) } == .badKeeping(log: "journal", .zero, limit: Policy.longestPeriod))
    #expect(
      refusal { $0.accessLog = rule(period("P1201M")) }
        == .badKeeping(log: "accessLog", period("P1201M"), limit: Policy.longestPeriod))
    #expect(refusal { $0.accessLog = rule(period("P1M"), source: " ") } == .blank("accessLog.source"))
    #expect(refusal { $0.accessLog = rule(period("P1200M")) } == nil)
  }
}
