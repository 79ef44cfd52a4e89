/// The `Content-Disposition` of uploads and downloads (RFC 6266, RFC 8187): `attachment` and a file name.
///
/// Read strictly: one `attachment`, each parameter once, `filename*` in UTF-8 before `filename`. The name is data and
/// never becomes a path, so it is kept as it came; the use case bounds it and refuses control characters.
struct ContentDisposition: Equatable {
  /// As the sender named the file.
  let fileName: String

  init(fileName: String) {
    self.fileName = fileName
  }

  /// Reads a field's value; nothing when it is malformed, is no attachment, or names no file.
  init?(_ value: String) {
    var scanner = HeaderScanner(value)
    guard let type = scanner.token(), type.lowercased() == "attachment" else { return nil }
    var parameters: [String: String] = [:]
    while scanner.accept(";") {
      guard let name = scanner.token()?.lowercased(), scanner.accept("="),
        let value = name.hasSuffix("*") ? scanner.extendedOrQuoted() : scanner.tokenOrQuoted(),
        parameters.updateValue(value, forKey: name) == nil
      else { return nil }
    }
    guard scanner.isAtEnd else { return nil }
    if let extended = parameters["filename*"] {
      guard let name = Self.decode(extended) else { return nil }
      fileName = name
    } else {
      guard let name = parameters["filename"] else { return nil }
      fileName = name
    }
  }

  /// For a download: the exact name for clients of today, and letters that are safe everywhere for the others.
  var value: String {
    let plain = fileName.unicodeScalars.map { scalar -> Character in
      let isSafe =
        scalar.isASCII && (UInt8.isAlphanumeric(UInt8(scalar.value)) || "-._ ".unicodeScalars.contains(scalar))
      return isSafe ? Character(scalar) : "_"
    }
    return "attachment; filename=\"\(String(plain))\"; filename*=UTF-8''\(PercentEncoding.encode(fileName))"
  }

  /// `UTF-8'language'percent-encoded`; other character sets are not taken. Quotes after the second are the name's.
  private static func decode(_ extended: String) -> String? {
    let parts = extended.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
    return PercentEncoding.decode(parts[2].utf8, plusIsSpace: false)
  }
}
