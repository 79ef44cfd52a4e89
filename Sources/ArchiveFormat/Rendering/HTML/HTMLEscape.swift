/// Text inside an element or a quoted attribute.
enum HTMLEscape {
  /// Appends `text` with the five significant characters as references. Line ends become LF as an HTML parser would make
  /// them; other controls, which HTML forbids, become U+FFFD.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 { utf8 in
      bytes.reserveCapacity(bytes.count + utf8.count)
      var previous: UInt8 = 0
      for byte in utf8 {
        append(byte, after: previous, to: &bytes)
        previous = byte
      }
    }
  }

  private static func append(_ byte: UInt8, after previous: UInt8, to bytes: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
    case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
    case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
    case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
    case UInt8(ascii: "'"): bytes.append(contentsOf: "&#39;".utf8)
    case 0x0A where previous == 0x0D: break  // the CR has been written as a line end
    case 0x0A, 0x0D: bytes.append(0x0A)
    case 0x09: bytes.append(byte)
    case 0x00..<0x20, 0x7F: bytes.append(contentsOf: "\u{FFFD}".utf8)
    // C1 controls are C2 80–C2 9F.
    case 0x80...0x9F where previous == 0xC2:
      bytes.removeLast()
      bytes.append(contentsOf: "\u{FFFD}".utf8)
    default: bytes.append(byte)
    }
  }
}
