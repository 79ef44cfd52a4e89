/// Strings, numbers and the cursor.
extension JSONParser {
  func peek() -> UInt8? {
    offset < bytes.count ? bytes[offset] : nil
  }

  /// Skips space and takes `byte` if it is next.
  mutating func accept(_ byte: UInt8) -> Bool {
    skipSpace()
    guard peek() == byte else { return false }
    offset += 1
    return true
  }

  mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }

  func error(_ reason: String, at offset: Int? = nil) -> JSONSyntaxError {
    JSONSyntaxError(reason, at: offset ?? self.offset, in: bytes)
  }

  /// The text between quotes, which the cursor stands on. Well-formed UTF-8 without NUL comes out, or an error.
  mutating func string() throws(JSONSyntaxError) -> String {
    offset += 1
    var result = ""
    while true {
      let start = offset
      while let byte = peek(), byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { offset += 1 }
      guard let run = String(validating: bytes[start..<offset], as: UTF8.self) else {
        throw error("This string is not valid UTF-8.", at: start)
      }
      result = result.isEmpty ? run : result + run
      switch peek() {
      case UInt8(ascii: "\""):
        offset += 1
        return result
      case UInt8(ascii: "\\"): result.unicodeScalars.append(try escape())
      case nil: throw error("The text ends inside a string.")
      default: throw error("Control characters in strings must be escaped.")
      }
    }
  }

  private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
    let start = offset
    offset += 1
    guard let kind = peek() else { throw error("The text ends inside a string.") }
    offset += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(kind)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape(from: start)
    default: throw error("This escape is unknown.", at: start)
    }
  }

  private mutating func unicodeEscape(from start: Int) throws(JSONSyntaxError) -> Unicode.Scalar {
    let unit = try hexadecimal()
    if unit == 0 { throw error("The character U+0000 is not allowed.", at: start) }
    if let scalar = Unicode.Scalar(unit) { return scalar }
    let paired = (0xD800..<0xDC00).contains(unit) && bytes[offset...].starts(with: #"\u"#.utf8)
    guard paired else { throw error("Half of a surrogate pair is missing.", at: start) }
    offset += 2
    let low = try hexadecimal()
    guard (0xDC00..<0xE000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else { throw error("Half of a surrogate pair is missing.", at: start) }
    return scalar
  }

  private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw error("Four hexadecimal digits should be here.")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  /// A number's literal text, checked against the grammar.
  mutating func number() throws(JSONSyntaxError) -> String {
    let start = offset
    if peek() == UInt8(ascii: "-") { offset += 1 }
    let whole = offset
    try digits()
    if bytes[whole] == UInt8(ascii: "0"), offset - whole > 1 { throw error("A number has a leading zero.", at: whole) }
    if peek() == UInt8(ascii: ".") {
      offset += 1
      try digits()
    }
    if let byte = peek(), byte | 0x20 == UInt8(ascii: "e") {
      offset += 1
      if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { offset += 1 }
      try digits()
    }
    guard offset - start <= Self.maximumNumberLength else { throw error("This number is too long.", at: start) }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private mutating func digits() throws(JSONSyntaxError) {
    let start = offset
    while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
    if offset == start { throw error("A digit should be here.") }
  }
}
