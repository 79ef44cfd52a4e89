/// Reads a header field's value piece by piece; white space between pieces is skipped.
struct HeaderScanner {
  private var rest: Substring.UnicodeScalarView

  init(_ value: String) {
    rest = Substring(value).unicodeScalars
  }

  var isAtEnd: Bool {
    rest.allSatisfy { $0 == " " || $0 == "\t" }
  }

  /// Takes one character, if it comes next.
  mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  /// Takes a token (RFC 9110 §5.6.2).
  mutating func token() -> String? {
    skipSpace()
    let token = rest.prefix { scalar in
      scalar.isASCII
        && (UInt8.isAlphanumeric(UInt8(scalar.value)) || "!#$%&'*+-.^_`|~".unicodeScalars.contains(scalar))
    }
    rest = rest[token.endIndex...]
    return token.isEmpty ? nil : String(token)
  }

  /// Takes a token or a quoted string, the latter without quotes and backslashes.
  mutating func tokenOrQuoted() -> String? {
    guard accept("\"") else { return token() }
    var text = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      if scalar == "\"" { return String(text) }
      if scalar == "\\" {
        guard let escaped = rest.popFirst() else { return nil }
        text.append(escaped)
      } else {
        text.append(scalar)
      }
    }
    return nil
  }

  /// Takes an extended value (RFC 8187) or a quoted string. The former goes up to `;` or white space: it also holds
  /// what clients leave unescaped against the rule, as JavaScript's `encodeURIComponent` does `'`, `(`, `)` and `*`.
  mutating func extendedOrQuoted() -> String? {
    skipSpace()
    if rest.first == "\"" { return tokenOrQuoted() }
    let value = rest.prefix { ("!"..."~").contains($0) && $0 != ";" }
    rest = rest[value.endIndex...]
    return value.isEmpty ? nil : String(value)
  }

  /// Takes letters of Base64 (RFC 4648 §4), perhaps none.
  mutating func base64() -> String? {
    let value = rest.prefix { scalar in
      scalar.isASCII && (UInt8.isAlphanumeric(UInt8(scalar.value)) || "+/=".unicodeScalars.contains(scalar))
    }
    rest = rest[value.endIndex...]
    return String(value)
  }

  private mutating func skipSpace() {
    rest = rest.drop { $0 == " " || $0 == "\t" }
  }
}
