/// RFC 2045 §6.7.
enum QuotedPrintable {
  /// Text as lines of at most 76 bytes joined by CRLF; every kind of line end in the text begins a new line.
  ///
  /// A dot at a line's start is encoded (RFC 5321 §4.5.2 would double it), and so is the F of `From ` (mbox files
  /// would take it for a new mail).
  static func encode(_ text: String) -> String {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(text.utf8.count + text.utf8.count / 8)
    let lines = Array(text.utf8).normalizedLines
    for (index, line) in lines.enumerated() {
      if index > 0 { encoded += crlf }
      append(line, to: &encoded)
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  private static func append(_ line: ArraySlice<UInt8>, to encoded: inout [UInt8]) {
    var column = 0
    for index in line.indices {
      let isLast = index == line.endIndex - 1
      var token = token(for: line[index], isLast: isLast, startsLine: column == 0, rest: line[index...])
      // A soft line end takes the 76th byte unless the line ends here anyway.
      if column + token.count > (isLast ? 76 : 75) {
        encoded += softLineEnd
        column = 0
        token = Self.token(for: line[index], isLast: isLast, startsLine: true, rest: line[index...])
      }
      encoded += token
      column += token.count
    }
  }

  private static func token(
    for byte: UInt8, isLast: Bool, startsLine: Bool, rest: ArraySlice<UInt8>
  ) -> [UInt8] {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"): isLast ? escaped(byte) : [byte]
    case UInt8(ascii: "."): startsLine ? escaped(byte) : [byte]
    case UInt8(ascii: "F"): startsLine && rest.starts(with: "From ".utf8) ? escaped(byte) : [byte]
    case UInt8(ascii: "="): escaped(byte)
    case 0x21...0x7e: [byte]
    default: escaped(byte)
    }
  }

  /// `=` and two digits.
  static func escaped(_ byte: UInt8) -> [UInt8] {
    [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }

  private static let digits = Array("0123456789ABCDEF".utf8)
  private static let crlf = Array("\r\n".utf8)
  private static let softLineEnd = Array("=\r\n".utf8)
}

extension [UInt8] {
  /// The lines, ended by CR LF, CR or LF. A last line end ends with an empty line, as it should: CRLF follows a part.
  fileprivate var normalizedLines: [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    var index = 0
    while index < count {
      guard self[index] == 0x0a || self[index] == 0x0d else {
        index += 1
        continue
      }
      lines.append(self[start..<index])
      index += self[index] == 0x0d && index + 1 < count && self[index + 1] == 0x0a ? 2 : 1
      start = index
    }
    lines.append(self[start...])
    return lines
  }
}
