extension PosixRule {
  /// Reads `std offset [dst [offset] , begins [/time] , ends [/time]]` with the extensions of RFC 9636 §3.3.1: names
  /// in angle brackets, times from −167 to 167 hours.
  init(_ text: String) throws(ZoneError) {
    // The scanner's errors speak of positions; a zone file's reader is helped by the whole rule.
    do throws(TimeTextError) {
      var scanner = TextScanner(text, subject: .amount)
      try scanner.zoneName()
      standardOffset = -(try scanner.signedTime(hours: 0...24))
      guard !scanner.isAtEnd else {
        summer = nil
        return
      }
      try scanner.zoneName()
      let offset = scanner.comesNext(",") ? standardOffset + 3600 : -(try scanner.signedTime(hours: 0...24))
      summer = (offset, try scanner.change(), try scanner.change())
      try scanner.expectEnd()
    } catch {
      throw .badRule(text)
    }
  }
}

extension TextScanner {
  fileprivate mutating func zoneName() throws(TimeTextError) {
    let quoted = accept("<")
    var length = 0
    while acceptNameCharacter(quoted: quoted) { length += 1 }
    if quoted { try expect(">") }
    guard length >= 3 else { throw failure("a zone's name has three characters") }
  }

  fileprivate mutating func signedTime(hours bounds: ClosedRange<Int>) throws(TimeTextError) -> Int {
    let sign = accept("-") ? -1 : accept("+") ? 1 : 1
    let hours = try number(in: bounds)
    let minutes = accept(":") ? try number(in: 0...59) : 0
    let seconds = accept(":") ? try number(in: 0...59) : 0
    return sign * (hours * 3600 + minutes * 60 + seconds)
  }

  fileprivate mutating func change() throws(TimeTextError) -> PosixRule.Change {
    try expect(",")
    let day = try changeDay()
    return PosixRule.Change(day: day, time: accept("/") ? try signedTime(hours: 0...167) : 7200)
  }

  private mutating func changeDay() throws(TimeTextError) -> PosixRule.Day {
    if accept("J") { return .julian(try number(in: 1...365)) }
    guard accept("M") else { return .ordinal(try number(in: 0...365)) }
    let month = try number(in: 1...12)
    try expect(".")
    let week = try number(in: 1...5)
    try expect(".")
    return .weekday(try number(in: 0...6), week: week, month: month)
  }

  private mutating func number(in range: ClosedRange<Int>) throws(TimeTextError) -> Int {
    let digits = takeDigits(limit: 3)
    let value = digits.reduce(0) { $0 * 10 + $1 }
    guard !digits.isEmpty, range.contains(value) else { throw failure("expected a number within \(range)") }
    return value
  }
}
