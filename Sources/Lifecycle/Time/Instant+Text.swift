extension Instant: CustomStringConvertible, LosslessStringConvertible {
  /// RFC 3339 in UTC, with six digits of fraction or none: `2026-06-01T21:00:00Z`. The infinities print `infinity`
  /// and `-infinity`; a moment outside the years 0001–9999 prints the nearest day within them.
  public var description: String {
    guard isFinite else { return self == .distantFuture ? "infinity" : "-infinity" }
    let (days, rest) = microseconds.flooredDivision(by: 86_400_000_000)
    let (seconds, fraction) = rest.quotientAndRemainder(dividingBy: 1_000_000)
    let date = CivilDate(daysSince1970: Int(days))
    let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { Int($0).padded(to: 2) }.joined(separator: ":")
    return "\(date)T\(time)\(fraction == 0 ? "" : "." + Int(fraction).padded(to: 6))Z"
  }

  /// The moment of a strict RFC 3339 text, or nil; `init(rfc3339:)` says what is wrong.
  public init?(_ description: String) {
    guard let instant = try? Instant(rfc3339: description) else { return nil }
    self = instant
  }

  /// Reads RFC 3339 strictly: `YYYY-MM-DDTHH:MM:SS`, up to six digits of fraction, then `Z` or `±HH:MM`.
  ///
  /// Refused with what was expected and where: lower-case `t` and `z`, a space for the T, leap seconds (`:60`), more
  /// than six digits of fraction (they would be lost), offsets beyond ±23:59, years outside 0001–9999, anything after.
  public init(rfc3339 text: String) throws(TimeTextError) {
    var scanner = TextScanner(text, subject: .instant)
    let date = try scanner.civilDate()
    try scanner.expect("T")
    let hour = try scanner.digits(2, in: 0...23, named: "the hour")
    try scanner.expect(":")
    let minute = try scanner.digits(2, in: 0...59, named: "the minute")
    try scanner.expect(":")
    let second = try scanner.digits(2, in: 0...59, named: "the second")
    let fraction = try scanner.fractionInMicroseconds()
    let offset = try scanner.offsetInSeconds()
    try scanner.expectEnd()
    let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset
    self.init(microseconds: Int64(seconds) * 1_000_000 + Int64(fraction))
  }
}

extension TextScanner {
  fileprivate mutating func fractionInMicroseconds() throws(TimeTextError) -> Int {
    guard accept(".") else { return 0 }
    let digits = takeDigits()
    guard (1...6).contains(digits.count) else { throw failure("a fraction has one to six digits") }
    return digits.reduce(0) { $0 * 10 + $1 } * (0..<(6 - digits.count)).reduce(1) { power, _ in power * 10 }
  }

  fileprivate mutating func offsetInSeconds() throws(TimeTextError) -> Int {
    if accept("Z") { return 0 }
    let sign = accept("+") ? 1 : accept("-") ? -1 : 0
    guard sign != 0 else { throw failure("expected Z or an offset such as +02:00") }
    let hours = try digits(2, in: 0...23, named: "the offset's hour")
    try expect(":")
    let minutes = try digits(2, in: 0...59, named: "the offset's minute")
    return sign * (hours * 3600 + minutes * 60)
  }
}
