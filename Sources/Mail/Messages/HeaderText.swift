/// Headers with free text: plain where that is short and ASCII, else encoded words (RFC 2047) folded over lines.
enum HeaderText {
  /// `Name: text`.
  static func unstructured(_ text: String, in header: String) -> String {
    let plain = "\(header): \(text)"
    return isPlain(text) && plain.utf8.count <= 76 ? plain : "\(header): " + encodedWords(text, after: header.count + 2)
  }

  /// `Name: "Display name" <local-part@domain>`.
  static func address(_ address: MailAddress, in header: String) -> String {
    guard let name = address.displayName else { return "\(header): \(address.address)" }
    let quoted = "\"\(name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    let start =
      isPlain(name) && header.count + 2 + quoted.utf8.count <= 76
      ? "\(header): \(quoted)" : "\(header): " + encodedWords(name, after: header.count + 2)
    let lastLine = start.utf8.reversed().prefix { $0 != 0x0a }.count
    let fits = lastLine + address.address.utf8.count + 3 <= 76
    return start + (fits ? " " : "\r\n ") + "<\(address.address)>"
  }

  /// Printable ASCII that no reader takes for an encoded word and whose spaces survive folding.
  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { 0x20...0x7e ~= $0 } && !text.contains("=?") && !text.contains("  ")
      && text.first != " " && text.last != " " && !text.isEmpty
  }

  /// Encoded words of whole characters, so many that no line is longer than 76 bytes; the first line has begun already.
  private static func encodedWords(_ text: String, after column: Int) -> String {
    var words: [String] = []
    var word: [UInt8] = []
    var room = 76 - column - overhead
    for scalar in text.unicodeScalars {
      let token = UTF8.encode(scalar).map { Array($0) }?.flatMap(encoded) ?? []
      if word.count + token.count > room {
        words.append("=?utf-8?Q?\(String(decoding: word, as: UTF8.self))?=")
        word = []
        room = 75 - overhead  // RFC 2047 §2: at most 75; a space precedes it on its line
      }
      word += token
    }
    words.append("=?utf-8?Q?\(String(decoding: word, as: UTF8.self))?=")
    return words.joined(separator: "\r\n ")
  }

  private static let overhead = "=?utf-8?Q??=".utf8.count

  /// The Q encoding in the form that is safe in a display name as well (RFC 2047 §5 (3)).
  private static func encoded(_ byte: UInt8) -> [UInt8] {
    switch byte {
    case UInt8(ascii: " "): [UInt8(ascii: "_")]
    case _ where Syntax.isAlphanumeric(byte) || "!*+-/".utf8.contains(byte): [byte]
    default: QuotedPrintable.escaped(byte)
    }
  }
}
