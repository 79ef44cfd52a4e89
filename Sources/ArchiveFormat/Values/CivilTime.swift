/// A date and time of day as a clock on the wall shows it, without a zone; the caller has already applied one.
///
/// This module never asks what time it is and knows no time zone.
public struct CivilTime: Sendable, Hashable {
  /// The day.
  public var date: CivilDay
  /// 0–23.
  public var hour: Int
  /// 0–59.
  public var minute: Int
  /// 0–59; a leap second is written as 59.
  public var second: Int

  /// Puts a time together; a field out of its bounds is brought to the nearest bound.
  public init(_ date: CivilDay, hour: Int, minute: Int, second: Int) {
    self.date = date
    self.hour = min(max(hour, 0), 23)
    self.minute = min(max(minute, 0), 59)
    self.second = min(max(second, 0), 59)
  }

  /// Puts a time together from plain numbers, each brought within its bounds.
  public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    self.init(CivilDay(year: year, month: month, day: day), hour: hour, minute: minute, second: second)
  }
}
