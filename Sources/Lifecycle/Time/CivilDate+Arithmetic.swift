extension CivilDate {
  /// The day `count` days later (negative: earlier), held within the years 0001–9999.
  public func adding(days count: Int) -> CivilDate {
    CivilDate(daysSince1970: daysSince1970 + count)
  }

  /// The day `period` later: first the months, to the day with the same number or the month's last day where there is
  /// none (Act 150/1930 §3), then the days. 30 November + P3M = 28 or 29 February.
  public func adding(_ period: Period) -> CivilDate {
    addingClamped(period).date
  }

  /// As `adding`, and whether the month had no such day, so that its last day was taken.
  func addingClamped(_ period: Period) -> (date: CivilDate, clamped: Bool) {
    guard period.months > 0 else { return (adding(days: period.days), false) }
    let (year, month, day) = components
    let (years, zeroBasedMonth) = (month - 1 + period.months).flooredDivision(by: 12)
    guard Self.years.contains(year + years) else { return (.max, false) }
    let last = Self.daysIn(month: zeroBasedMonth + 1, of: year + years)
    let date = CivilDate(daysSince1970: Self.days(year + years, zeroBasedMonth + 1, Swift.min(day, last)))
    return (date.adding(days: period.days), day > last)
  }
}

extension CivilDate: CustomStringConvertible, LosslessStringConvertible {
  /// ISO 8601: `2026-06-01`.
  public var description: String {
    let (year, month, day) = components
    return "\(year.padded(to: 4))-\(month.padded(to: 2))-\(day.padded(to: 2))"
  }

  /// The day of an ISO 8601 text `YYYY-MM-DD`, or nil; `init(iso8601:)` says what is wrong.
  public init?(_ description: String) {
    guard let date = try? CivilDate(iso8601: description) else { return nil }
    self = date
  }

  /// Reads `YYYY-MM-DD`, and nothing else.
  public init(iso8601 text: String) throws(TimeTextError) {
    var scanner = TextScanner(text, subject: .date)
    let date = try scanner.civilDate()
    try scanner.expectEnd()
    self = date
  }
}
