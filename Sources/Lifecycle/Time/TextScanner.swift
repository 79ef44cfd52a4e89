/// Reads ASCII text from left to right, for the small grammars of time.
struct TextScanner {
  private let text: String
  private let bytes: [UInt8]
  private let subject: TimeTextError.Subject
  private(set) var position = 0

  init(_ text: String, subject: TimeTextError.Subject) {
    self.text = text
    self.bytes = Array(text.utf8)
    self.subject = subject
  }

  var isAtEnd: Bool { position == bytes.count }

  func failure(_ problem: String) -> TimeTextError {
    TimeTextError(subject: subject, text: text, offset: position, problem: problem)
  }

  /// Moves past `character` if it comes next.
  mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard comesNext(character) else { return false }
    position += 1
    return true
  }

  /// Whether `character` comes next.
  func comesNext(_ character: Unicode.Scalar) -> Bool {
    position < bytes.count && UInt32(bytes[position]) == character.value
  }

  /// Moves past a letter, or between angle brackets also past a digit or sign, as in a POSIX zone's name.
  mutating func acceptNameCharacter(quoted: Bool) -> Bool {
    guard position < bytes.count else { return false }
    switch bytes[position] {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): break
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"):
      guard quoted else { return false }
    default: return false
    }
    position += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(TimeTextError) {
    guard accept(character) else { throw failure("expected \(character)") }
  }

  func expectEnd() throws(TimeTextError) {
    guard isAtEnd else { throw failure("expected the end") }
  }

  /// All digits that come next, at most `limit` of them.
  mutating func takeDigits(limit: Int = .max) -> [Int] {
    var digits: [Int] = []
    while digits.count < limit, position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      digits.append(Int(bytes[position] - 0x30))
      position += 1
    }
    return digits
  }

  /// Exactly `count` digits whose value is within `range`.
  mutating func digits(_ count: Int, in range: ClosedRange<Int>, named name: String) throws(TimeTextError) -> Int {
    let start = position
    let digits = takeDigits(limit: count)
    guard digits.count == count else { throw failure("\(name) has \(count) digits") }
    let value = digits.reduce(0) { $0 * 10 + $1 }
    guard range.contains(value) else {
      position = start
      throw failure("\(name) is from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A date as `YYYY-MM-DD`.
  mutating func civilDate() throws(TimeTextError) -> CivilDate {
    let year = try digits(4, in: CivilDate.years, named: "the year")
    try expect("-")
    let month = try digits(2, in: 1...12, named: "the month")
    try expect("-")
    let day = try digits(2, in: 1...CivilDate.daysIn(month: month, of: year), named: "the day")
    return CivilDate(daysSince1970: CivilDate.days(year, month, day))
  }
}
