/// Reads single claims of a parsed token.
struct ClaimReader {
  let claims: JSONValue

  /// No text from a token is longer when it leaves here.
  static let maximumLength = 320

  /// A claim of the protocol that is a string; blank and over-long ones count as missing.
  func text(_ name: String) -> String? {
    claims[name].flatMap(Self.text)
  }

  /// The first of some attributes of a person that is a string, or a list of just one; blank and over-long ones count as
  /// missing.
  func attribute(_ names: [String]) -> String? {
    for name in names {
      switch value(name) {
      case .array(let values)?: if values.count == 1, let text = Self.text(values[0]) { return text }
      case let value?: if let text = Self.text(value) { return text }
      case nil: continue
      }
    }
    return nil
  }

  /// Whether any of some attributes says yes: where two disagree, the one that protects counts.
  func flag(_ names: [String]) -> Bool {
    names.contains { name in
      switch value(name) {
      case .array(let values)?: values.contains(where: Self.isYes)
      case let value?: Self.isYes(value)
      case nil: false
      }
    }
  }

  /// Seconds since 1970, possibly with a fraction, as microseconds; nothing if missing.
  func time(_ name: String) throws(AuthenticationError) -> Int64? {
    guard let value = claims[name] else { return nil }
    guard case .number(let text) = value, let seconds = Double(text), (0...253_402_300_799).contains(seconds) else {
      throw .malformed
    }
    return Int64((seconds * 1_000_000).rounded(.down))
  }

  /// Whether `aud` is or contains the audience; a list with anything but strings in it names nobody.
  func isMeant(for audience: String) -> Bool {
    switch claims["aud"] {
    case .string(let text): return text.utf8.elementsEqual(audience.utf8)
    case .array(let values):
      let texts = values.compactMap { if case .string(let text) = $0 { text } else { nil } }
      return texts.count == values.count && texts.contains { $0.utf8.elementsEqual(audience.utf8) }
    case .null, .bool, .number, .object, nil: return false
    }
  }

  /// A claim by name; a name that begins with `/` is a JSON pointer into nested claims (RFC 6901).
  private func value(_ name: String) -> JSONValue? {
    guard name.hasPrefix("/") else { return claims[name] }
    return name.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
      .reduce(claims as JSONValue?) { value, part in
        value?[String(part).replacing("~1", with: "/").replacing("~0", with: "~")]
      }
  }

  private static func text(_ value: JSONValue) -> String? {
    guard case .string(let text) = value, (1...maximumLength).contains(text.utf8.count) else { return nil }
    return text
  }

  private static func isYes(_ value: JSONValue) -> Bool {
    value == .bool(true) || value == .number("1") || value == .string("1") || value == .string("true")
  }
}
