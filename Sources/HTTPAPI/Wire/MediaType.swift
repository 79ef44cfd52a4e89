/// Media types as declared: that of a JSON body is checked, that of an upload kept and given back, never trusted.
enum MediaType {
  /// What is taken for a file that declares nothing.
  static let unknown = "application/octet-stream"

  /// Whether a text has the form `type/subtype`, perhaps with parameters, in visible ASCII: what may go into a header
  /// of a download again.
  static func isWellFormed(_ text: String) -> Bool {
    var scanner = HeaderScanner(text)
    guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), scanner.token() != nil, scanner.accept("/"),
      scanner.token() != nil
    else { return false }
    while scanner.accept(";") {
      guard scanner.token() != nil, scanner.accept("="), scanner.tokenOrQuoted() != nil else { return false }
    }
    return scanner.isAtEnd
  }

  /// Whether a text names JSON in UTF-8, the only one there is (RFC 8259 §8.1): another `charset` is none.
  static func isJSON(_ text: String) -> Bool {
    let type = text.prefix { $0 != ";" }
    guard type.trimmingSpaces.lowercased() == "application/json" else { return false }
    var scanner = HeaderScanner(String(text[type.endIndex...]))
    while scanner.accept(";") {
      // A semicolon may have nothing after it (RFC 9110 §5.6.6).
      guard let name = scanner.token()?.lowercased() else { continue }
      guard scanner.accept("="), let value = scanner.tokenOrQuoted() else { return false }
      if name == "charset", value.lowercased() != "utf-8" { return false }
    }
    return scanner.isAtEnd
  }
}

extension Substring {
  /// Without spaces and tabs at either end.
  var trimmingSpaces: Substring {
    var text = self
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text.drop { $0 == " " || $0 == "\t" }
  }
}
