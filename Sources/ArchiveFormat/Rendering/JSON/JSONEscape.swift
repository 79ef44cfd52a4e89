/// The inside of a JSON string (RFC 8259 §7).
enum JSONEscape {
  private static let digits = Array("0123456789abcdef".utf8)

  /// Appends `text`: quotes, backslashes and controls escaped; so are U+2028 and U+2029, which end a line in older
  /// JavaScript; the rest is UTF-8 as it stands. A Swift string has no lone surrogate.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 { utf8 in
      bytes.reserveCapacity(bytes.count + utf8.count)
      for index in utf8.indices {
        let byte = utf8[index]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
          bytes.append(UInt8(ascii: "\\"))
          bytes.append(byte)
        case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
        case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
        case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
        case 0x00..<0x20, 0x7F: unicode(UInt16(byte), to: &bytes)
        // U+2028 and U+2029 are E2 80 A8 and E2 80 A9: the first two bytes are already there.
        case 0xA8...0xA9 where index >= 2 && utf8[index - 1] == 0x80 && utf8[index - 2] == 0xE2:
          bytes.removeLast(2)
          unicode(0x2000 + UInt16(byte) - 0x80, to: &bytes)
        default: bytes.append(byte)
        }
      }
    }
  }

  private static func unicode(_ unit: UInt16, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: #"\u"#.utf8)
    for shift in [12, 8, 4, 0] { bytes.append(digits[Int(unit >> UInt16(shift)) & 15]) }
  }
}
