/// A day of the calendar, as shown to people and as `YYYY-MM-DD`.
public struct CivilDay: Sendable, Hashable {
  /// 1–9999.
  public var year: Int
  /// 1–12.
  public var month: Int
  /// 1–31.
  public var day: Int

  /// A day; a field out of its bounds is brought to the nearest bound. That the month has the day is the caller's care.
  public init(year: Int, month: Int, day: Int) {
    self.year = min(max(year, 1), 9999)
    self.month = min(max(month, 1), 12)
    self.day = min(max(day, 1), 31)
  }

  /// `YYYY-MM-DD`.
  public var iso: String {
    Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(day, 2)
  }

  static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
