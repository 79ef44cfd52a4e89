import Lifecycle

/// A date of HTTP (RFC 9110 §5.6.7): whole seconds since 1970, UTC.
struct HTTPDate: Hashable, Comparable, Sendable {
  let seconds: Int64

  private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  private static let longDays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// The second that the moment lies in.
  init(_ instant: Instant) {
    let (seconds, rest) = instant.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    self.seconds = rest < 0 ? seconds - 1 : seconds
  }

  /// The date of bytes that may change: nil until their second is over on every clock (three seconds: one, and one for
  /// each of two clocks), for they may change twice in it, and then the date names both.
  static func settled(_ instant: Instant, at now: Instant) -> HTTPDate? {
    instant + .seconds(3) <= now ? HTTPDate(instant) : nil
  }

  /// Reads any of the three forms that recipients must take; nil for everything else. The name of the day is not
  /// checked against the date.
  init?(field: String) {
    let parts = field.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    switch parts.count {
    case 6: self.init(fixed: parts)
    case 4: self.init(rfc850: parts)
    case 5: self.init(asctime: parts)
    default: return nil
    }
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT`
  private init?(fixed parts: [String]) {
    guard parts[0].last == ",", Self.days.contains(String(parts[0].dropLast())), parts[1].utf8.count == 2,
      parts[5] == "GMT"
    else { return nil }
    self.init(year: Self.number(parts[3], digits: 4), month: parts[2], day: Self.number(parts[1]), time: parts[4])
  }

  /// `Sunday, 06-Nov-94 08:49:37 GMT`; years 70–99 are of the last century.
  private init?(rfc850 parts: [String]) {
    let date = parts[1].split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts[0].last == ",", Self.longDays.contains(String(parts[0].dropLast())), date.count == 3,
      parts[3] == "GMT", let year = Self.number(date[2])
    else { return nil }
    self.init(year: year < 70 ? 2000 + year : 1900 + year, month: date[1], day: Self.number(date[0]), time: parts[2])
  }

  /// `Sun Nov  6 08:49:37 1994`
  private init?(asctime parts: [String]) {
    guard Self.days.contains(parts[0]) else { return nil }
    let day = parts[2].utf8.count == 1 ? Self.number(parts[2], digits: 1) : Self.number(parts[2])
    self.init(year: Self.number(parts[4], digits: 4), month: parts[1], day: day, time: parts[3])
  }

  private init?(year: Int?, month: String, day: Int?, time: String) {
    let clock = time.split(separator: ":", omittingEmptySubsequences: false).compactMap { Self.number(String($0)) }
    guard let year, let day, let month = Self.months.firstIndex(of: month),
      let date = CivilDate(year: year, month: month + 1, day: day), clock.count == 3, time.utf8.count == 8,
      clock[0] < 24, clock[1] < 60, clock[2] <= 60
    else { return nil }
    seconds = Int64(date.daysSince1970) * 86_400 + Int64(clock[0] * 3600 + clock[1] * 60 + clock[2])
  }

  private static func number(_ text: String, digits: Int = 2) -> Int? {
    guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }

  /// The form that is sent (IMF-fixdate).
  var field: String {
    let (days, second) = (seconds - (seconds % 86_400 + 86_400) % 86_400, (seconds % 86_400 + 86_400) % 86_400)
    let date = CivilDate(daysSince1970: Int(days / 86_400))
    let (year, month, day) = date.components
    // 1 January 1970 was a Thursday.
    let weekday = Self.days[((date.daysSince1970 + 3) % 7 + 7) % 7]
    let clock = [second / 3600, second / 60 % 60, second % 60].map { Self.padded(Int($0), 2) }.joined(separator: ":")
    return "\(weekday), \(Self.padded(day, 2)) \(Self.months[month - 1]) \(Self.padded(year, 4)) \(clock) GMT"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  /// The order of time.
  static func < (left: HTTPDate, right: HTTPDate) -> Bool { left.seconds < right.seconds }
}
