/// Quoting of SQL names.
enum SQLIdentifier {
  /// The name in double quotes, those within doubled.
  static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// The text in single quotes as an `E''` literal, for the few commands that take no parameters.
  static func literal(_ text: String) -> String {
    var result = "E'"
    for character in text.unicodeScalars {
      if character == "'" || character == "\\" { result.unicodeScalars.append(character) }
      result.unicodeScalars.append(character)
    }
    return result + "'"
  }
}
