/// A piece of HTML. It is written as a literal; whatever is interpolated into the literal is escaped, so that text can
/// only ever be text:
///
///     page += "<p class=\"note\">\(userText)</p>"
///
/// Attribute values must be in double quotes. Only another `HTML` goes in unescaped.
struct HTML: ExpressibleByStringInterpolation, Sendable {
  private(set) var bytes: [UInt8]

  init(stringLiteral markup: StaticString) { bytes = markup.withUTF8Buffer { Array($0) } }

  init(stringInterpolation: StringInterpolation) { bytes = stringInterpolation.bytes }

  static func += (page: inout HTML, addition: HTML) { page.bytes.append(contentsOf: addition.bytes) }

  /// The bytes so far; they are not kept.
  mutating func drain(into output: inout [UInt8]) {
    output.append(contentsOf: bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var bytes: [UInt8] = []

    init(literalCapacity: Int, interpolationCount: Int) {
      bytes.reserveCapacity(literalCapacity + interpolationCount * 32)
    }

    // StaticString: only the compiler can make one, from the source's own text.
    mutating func appendLiteral(_ markup: StaticString) {
      markup.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func appendInterpolation(_ text: String) { HTMLEscape.append(text, to: &bytes) }

    /// Text where no element can stand: kept apart from the direction of what surrounds it by FSI and PDI (UAX #9), which
    /// also end whatever the text has left open.
    mutating func appendInterpolation(isolated text: String) {
      HTMLEscape.append("\u{2068}\(text)\u{2069}", to: &bytes)
    }

    mutating func appendInterpolation(_ number: some BinaryInteger) { HTMLEscape.append(String(number), to: &bytes) }

    mutating func appendInterpolation(_ html: HTML) { bytes.append(contentsOf: html.bytes) }
  }
}
