/// Reads single claims of a parsed token.
struct ClaimReader {
  let claims: JSONValue

  /// No text from a token is longer when it leaves here.
  static let maximumLength = 320

  /// The first of some claims that is a string; blank and over-long ones count as missing.
  func text(_ names: [String]) -> String? {
    for name in names {
      if case .string(let text) = claims[name], (1...Self.maximumLength).contains(text.utf8.count) { return text }
    }
    return nil
  }

  /// Whether the first of some claims that is there says yes.
  func flag(_ names: [String]) -> Bool {
    for name in names {
      guard let value = claims[name] else { continue }
      return value == .bool(true) || value == .number("1") || value == .string("1") || value == .string("true")
    }
    return false
  }

  /// Seconds since 1970, possibly with a fraction, as microseconds; nothing if missing.
  func time(_ name: String) throws(AuthenticationError) -> Int64? {
    guard let value = claims[name] else { return nil }
    guard case .number(let text) = value, let seconds = Double(text), (0...253_402_300_799).contains(seconds) else {
      throw .malformed
    }
    return Int64((seconds * 1_000_000).rounded(.down))
  }

  /// Whether `aud` is or contains the audience.
  func isMeant(for audience: String) -> Bool {
    switch claims["aud"] {
    case .string(let text): text.utf8.elementsEqual(audience.utf8)
    case .array(let texts):
      texts.contains { if case .string(let text) = $0 { text.utf8.elementsEqual(audience.utf8) } else { false } }
    default: false
    }
  }
}
