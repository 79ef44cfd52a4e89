/// How far a development clock is moved: calendar time, then elapsed time.
public struct AdvanceAmount: Hashable, Sendable {
  /// Months and days, counted in the local calendar.
  public let period: Period
  /// Elapsed time after them, never negative, in whole seconds.
  public let time: Duration

  /// So much calendar time and then so much elapsed time; a negative `time` counts as none.
  public init(period: Period = .zero, time: Duration = .zero) {
    self.period = period
    self.time = max(time, .zero)
  }

  /// Reads ISO 8601: a period's parts, then `T` with hours, minutes and seconds, at least one part in all and one
  /// after a `T`: `P3M`, `P95D`, `PT1H`, `P1DT2H`. Refused: signs, fractions, numbers of more than nine digits.
  public init(iso8601 text: String) throws(TimeTextError) {
    var scanner = TextScanner(text, subject: .amount)
    try scanner.expect("P")
    let period = try scanner.periodParts()
    var time: Duration?
    if scanner.accept("T") {
      let parts = try scanner.unitParts(["H", "M", "S"])
      guard !parts.isEmpty else { throw scanner.failure("expected a number of hours, minutes or seconds") }
      let seconds = parts["H", default: 0] * 3600 + parts["M", default: 0] * 60 + parts["S", default: 0]
      time = .seconds(seconds)
    }
    guard period != nil || time != nil else { throw scanner.failure("expected a number with its unit") }
    try scanner.expectEnd()
    self.init(period: period ?? .zero, time: time ?? .zero)
  }
}
