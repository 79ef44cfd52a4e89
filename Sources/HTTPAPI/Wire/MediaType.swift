/// The media type of an upload, as declared: kept and given back, never trusted.
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
}
