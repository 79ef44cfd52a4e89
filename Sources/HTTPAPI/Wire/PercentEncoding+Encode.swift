extension PercentEncoding {
  /// The three bytes that stand for one.
  static func escape(_ byte: UInt8) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }

  /// Text as RFC 8187 wants it: everything but letters, digits and a few marks as UTF-8 in escapes.
  static func encode(_ text: String) -> String {
    String(
      decoding: text.utf8.flatMap { byte -> [UInt8] in
        UInt8.isAlphanumeric(byte) || "-._~".utf8.contains(byte) ? [byte] : escape(byte)
      }, as: UTF8.self)
  }
}

extension UInt8 {
  /// Whether the byte is an ASCII letter or digit.
  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }
}
