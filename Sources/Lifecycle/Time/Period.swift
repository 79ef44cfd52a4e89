/// A length of calendar time in whole months and days, never negative; how long either is, only a date tells.
public struct Period: Hashable, Sendable {
  /// Calendar months, 0 to 12,000.
  public let months: Int
  /// Calendar days, 0 to 366,000.
  public let days: Int

  /// The bounds of the two parts: a thousand years.
  static let bounds = (months: 0...12_000, days: 0...366_000)

  /// A period of so many months and days, or nil beyond 0–12,000 months and 0–366,000 days.
  public init?(months: Int = 0, days: Int = 0) {
    guard Self.bounds.months.contains(months), Self.bounds.days.contains(days) else { return nil }
    self.init(uncheckedMonths: months, days: days)
  }

  private init(uncheckedMonths months: Int, days: Int) {
    self.months = months
    self.days = days
  }

  /// No time at all, `P0D`: a stage of this length ends when it begins.
  public static let zero = Period(uncheckedMonths: 0, days: 0)

  /// Whether this is no time at all.
  public var isZero: Bool { self == .zero }

  /// The fewest days it can last (a month counts 28).
  public var fewestDays: Int { months * 28 + days }

  /// The sum of the parts, held within their bounds.
  public static func + (left: Period, right: Period) -> Period {
    Period(
      uncheckedMonths: min(left.months + right.months, bounds.months.upperBound),
      days: min(left.days + right.days, bounds.days.upperBound))
  }
}

extension Period: Comparable {
  /// By mean length (400 Gregorian years have 4,800 months and 146,097 days), then by months: a total order for
  /// checks and lists. Deadlines never use it; they follow the calendar.
  public static func < (left: Period, right: Period) -> Bool {
    let weights = [left, right].map { $0.months * 146_097 + $0.days * 4_800 }
    return weights[0] == weights[1] ? left.months < right.months : weights[0] < weights[1]
  }
}
