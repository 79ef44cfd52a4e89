/// How long the logs about spaces are kept, and who sees them.
public struct LogRules: Hashable, Sendable {
  /// How long the journal of an erased space is kept, counted from its erasure.
  public var journal: StageRule
  /// How long it is kept who looked at what, counted from the look.
  public var accessLog: StageRule
  /// Whether customers see who opened their space.
  public var accessLogIsShownToCustomer: Bool

  /// All rules, none checked.
  public init(journal: StageRule, accessLog: StageRule, accessLogIsShownToCustomer: Bool) {
    self.journal = journal
    self.accessLog = accessLog
    self.accessLogIsShownToCustomer = accessLogIsShownToCustomer
  }

  /// What holds for a policy that says nothing of logs: five years, as the longest of the common periods of limitation;
  /// two years, as is common for access logs; not shown.
  public static let standard = LogRules(
    journal: StageRule(period: Period(months: 60) ?? .zero, source: "not stated; the service's own default"),
    accessLog: StageRule(period: Period(months: 24) ?? .zero, source: "not stated; the service's own default"),
    accessLogIsShownToCustomer: false)
}

extension CivilZone {
  /// The horizon of a period at `now`: of what happened before it the period is over, of nothing else.
  ///
  /// It is the start of the earliest local day from which the deadline has not come yet. Last days are whole.
  public func horizon(of period: Period, at now: Instant) -> Instant {
    var day = date(of: now).adding(days: -period.fewestDays)
    // Calendar months are longer than the fewest days they can have: some days back from there.
    while day > .min, deadline(from: day, period: period).boundary > now { day = day.adding(days: -1) }
    return endOfDay(day)
  }
}
