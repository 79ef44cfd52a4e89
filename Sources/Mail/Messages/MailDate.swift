/// When a mail was written, to the second.
public struct MailDate: Hashable, Sendable {
  /// The last second of the year 9999.
  public static let last: Int64 = 253_402_300_799

  /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted; 0…`last`.
  public let secondsSince1970: Int64

  /// The instant so many seconds after 1970-01-01T00:00:00Z, held to 0…`last`.
  public init(secondsSince1970: Int64) {
    self.secondsSince1970 = min(max(secondsSince1970, 0), Self.last)
  }

  /// As RFC 5322 §3.3 writes it, in UTC: `Sun, 22 Nov 2026 02:30:00 +0000`.
  var rfc5322: String {
    let day = secondsSince1970 / 86_400
    let second = secondsSince1970 % 86_400
    let date = Self.civil(day)
    let time = [second / 3600, second / 60 % 60, second % 60].map(Self.twoDigits).joined(separator: ":")
    let year = String(date.year)
    return "\(Self.weekdays[Int(day % 7)]), \(Self.twoDigits(date.day)) \(Self.months[Int(date.month) - 1]) "
      + "\(year) \(time) +0000"
  }

  /// The Gregorian date of a day counted from 1970-01-01. Years are taken to begin in March, so that the leap day is
  /// a year's last.
  private static func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let sinceMarch0 = day + 719_468  // days since 0000-03-01
    let era = sinceMarch0 / 146_097
    let dayOfEra = sinceMarch0 % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// 1970-01-01 was a Thursday.
  private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
