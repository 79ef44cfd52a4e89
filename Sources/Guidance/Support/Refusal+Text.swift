extension Refusal {
  /// Refuses U+0000: PostgreSQL's text can't hold it, and no reader shows it.
  static func check(_ text: String?, field: String) throws(Refusal) {
    guard let text, text.utf8.contains(0) else { return }
    throw .invalid(field: field, rule: "has no character U+0000")
  }
}
