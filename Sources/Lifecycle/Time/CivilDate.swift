/// A day of the Gregorian calendar, without zone or time of day; years 0001 to 9999.
public struct CivilDate: Hashable, Comparable, Sendable {
  /// The years a date may have.
  public static let years = 1...9999

  /// 0001-01-01.
  public static let min = CivilDate(daysSince1970: days(1, 1, 1))

  /// 9999-12-31.
  public static let max = CivilDate(daysSince1970: days(9999, 12, 31))

  private let days: Int32

  /// Days since 1970-01-01; negative before it.
  public var daysSince1970: Int { Int(days) }

  /// The day so many days after 1970-01-01; beyond the years 0001–9999 the nearest day within them.
  public init(daysSince1970: Int) {
    let first = Self.days(Self.years.lowerBound, 1, 1)
    let last = Self.days(Self.years.upperBound, 12, 31)
    self.days = Int32(Swift.min(Swift.max(daysSince1970, first), last))
  }

  /// The day with these numbers, or nil when the calendar has none (30 February, year 0).
  public init?(year: Int, month: Int, day: Int) {
    guard Self.years.contains(year), (1...12).contains(month),
      (1...Self.daysIn(month: month, of: year)).contains(day)
    else { return nil }
    self.init(daysSince1970: Self.days(year, month, day))
  }

  /// The order of time.
  public static func < (left: CivilDate, right: CivilDate) -> Bool { left.days < right.days }
}

extension CivilDate {
  /// Year, month (1–12) and day (1–31).
  public var components: (year: Int, month: Int, day: Int) {
    // Counted in years that begin on 1 March, so that the leap day comes last.
    let count = daysSince1970 + Self.daysBefore1970
    let century = (4 * count + 3) / 146_097
    let inCentury = count - 146_097 * century / 4
    let year = (4 * inCentury + 3) / 1461
    let inYear = inCentury - 1461 * year / 4
    let month = (5 * inYear + 2) / 153
    let day = inYear - (153 * month + 2) / 5 + 1
    return (100 * century + year + (month >= 10 ? 1 : 0), month >= 10 ? month - 9 : month + 3, day)
  }

  /// 1 to 9999.
  public var year: Int { components.year }
  /// 1 to 12.
  public var month: Int { components.month }
  /// 1 to 31.
  public var day: Int { components.day }

  /// Days from 0000-03-01 to 1970-01-01.
  private static let daysBefore1970 = 719_468

  /// Days since 1970-01-01 of numbers that are known to be a date.
  static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let (year, month) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
    let leapDays = year / 4 - year / 100 + year / 400
    return 365 * year + leapDays + (153 * month + 2) / 5 + day - 1 - daysBefore1970
  }

  /// 28 to 31.
  static func daysIn(month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
