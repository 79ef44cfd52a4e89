/// Writes JSON (RFC 8259) into bytes, members in the order written.
struct JSONBytes {
  private(set) var bytes: [UInt8] = []
  /// Whether a comma is due before the next member or element.
  private var needsComma = false

  /// The bytes so far; they are not kept.
  mutating func drain(into output: inout [UInt8]) {
    output.append(contentsOf: bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  /// Writes `{`, what `members` writes, `}`.
  mutating func object(_ members: (inout JSONBytes) -> Void) {
    open(UInt8(ascii: "{"))
    members(&self)
    close(UInt8(ascii: "}"))
  }

  /// Writes `[`, what `write` writes for each element, `]`.
  mutating func array<Element>(_ elements: [Element], _ write: (inout JSONBytes, Element) -> Void) {
    open(UInt8(ascii: "["))
    for element in elements { write(&self, element) }
    close(UInt8(ascii: "]"))
  }

  /// Starts an object or array that a later call closes with ``close(_:)``.
  mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  /// Ends what ``open(_:)`` started.
  mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  /// A line break, so that a person can page through a long file; at most before a member or element.
  mutating func newLine() {
    if needsComma {
      bytes.append(UInt8(ascii: ","))
      needsComma = false
    }
    bytes.append(UInt8(ascii: "\n"))
  }

  /// A member's name; its value must follow.
  mutating func name(_ name: StaticString) {
    separate()
    quote(name.description)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// A string.
  mutating func string(_ value: String) {
    separate()
    quote(value)
    needsComma = true
  }

  /// A whole number.
  mutating func integer(_ value: some BinaryInteger) {
    separate()
    bytes.append(contentsOf: String(value).utf8)
    needsComma = true
  }

  /// `null`
  mutating func null() {
    separate()
    bytes.append(contentsOf: "null".utf8)
    needsComma = true
  }

  /// A member with a string, or null.
  mutating func member(_ name: StaticString, _ value: String?) {
    self.name(name)
    if let value { string(value) } else { null() }
  }

  /// A member with a whole number.
  mutating func member(_ name: StaticString, _ value: some BinaryInteger) {
    self.name(name)
    integer(value)
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    JSONEscape.append(text, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }
}
