/// The lexical half of `JSONWriter`: how single values look as bytes.
enum JSONText {
  /// 0001-01-01T00:00:00Z up to the end of 9999, in µs since 1970: what RFC 3339 can say.
  static let writableInstants: Range<Int64> = -62_135_596_800_000_000..<253_402_300_800_000_000

  private static let hexadecimal: StaticString = "0123456789abcdef"

  /// Appends a quoted string. Only what RFC 8259 demands is escaped; everything else stays UTF-8.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      var start = 0
      for index in utf8.indices where needsEscape(utf8[index]) {
        bytes.append(contentsOf: utf8[start..<index])
        appendEscape(utf8[index], to: &bytes)
        start = index + 1
      }
      bytes.append(contentsOf: utf8[start...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Appends a whole number in decimal.
  static func append(_ value: Int64, to bytes: inout [UInt8]) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = value.magnitude
    let start = bytes.count
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  /// Appends `YYYY-MM-DD`.
  static func append(year: Int, month: Int, day: Int, to bytes: inout [UInt8]) {
    append(year, digits: 4, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    append(month, digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    append(day, digits: 2, to: &bytes)
  }

  /// Appends a quoted RFC 3339 instant in UTC: whole seconds, or three or six digits of fraction.
  static func append(microseconds: Int64, to bytes: inout [UInt8]) {
    let (days, ofDay) = microseconds.flooredQuotientAndRemainder(dividingBy: 86_400_000_000)
    let date = civilDate(daysSince1970: Int(days))
    let seconds = Int(ofDay / 1_000_000)
    let fraction = Int(ofDay % 1_000_000)
    bytes.append(UInt8(ascii: "\""))
    append(year: date.year, month: date.month, day: date.day, to: &bytes)
    bytes.append(UInt8(ascii: "T"))
    append(seconds / 3600, digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    append(seconds / 60 % 60, digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    append(seconds % 60, digits: 2, to: &bytes)
    if fraction > 0 {
      bytes.append(UInt8(ascii: "."))
      let milliseconds = fraction.isMultiple(of: 1000)
      append(milliseconds ? fraction / 1000 : fraction, digits: milliseconds ? 3 : 6, to: &bytes)
    }
    bytes.append(UInt8(ascii: "Z"))
    bytes.append(UInt8(ascii: "\""))
  }

  private static func append(_ value: Int, digits: Int, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: digits))
    // From behind, and by ten: to divide by what the compiler does not know takes ten times as long.
    var rest = value.magnitude
    for index in (start..<start + digits).reversed() {
      bytes[index] += UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private static func appendEscape(_ byte: UInt8, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
    case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
    case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
    default:
      bytes.append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")])
      bytes.append(hexadecimal.utf8Start[Int(byte >> 4)])
      bytes.append(hexadecimal.utf8Start[Int(byte & 15)])
    }
  }

  /// The proleptic Gregorian date, counted in 400-year eras that begin on 1 March, so that the leap day comes last.
  private static func civilDate(daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
    let (era, dayOfEra) = (daysSince1970 + 719_468).flooredQuotientAndRemainder(dividingBy: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }
}

extension FixedWidthInteger {
  /// Division that rounds towards minus infinity: instants before 1970 have positive parts, too.
  fileprivate func flooredQuotientAndRemainder(dividingBy divisor: Self) -> (quotient: Self, remainder: Self) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
