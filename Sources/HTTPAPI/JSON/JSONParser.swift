/// A strict parser for RFC 8259 texts, bounded in depth.
///
/// Foundation's decoder neither refuses duplicate members nor says where an error is; both matter at a trust boundary,
/// where two readers of one body must never see different values.
struct JSONParser {
  /// How deep arrays and objects may nest.
  static let maximumDepth = 32
  /// No number the service understands is longer.
  static let maximumNumberLength = 64

  let bytes: UnsafeBufferPointer<UInt8>
  var offset = 0

  /// Parses one text that fills all of `bytes`.
  static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
    // Typed throws do not pass through withUnsafeBufferPointer's closure, a Result does.
    try bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(JSONSyntaxError) -> JSONValue in
        var parser = JSONParser(bytes: buffer)
        return try parser.text()
      }
    }.get()
  }

  private mutating func text() throws(JSONSyntaxError) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw error("A byte order mark is not allowed.") }
    skipSpace()
    let value = try value(depth: 0)
    skipSpace()
    guard offset == bytes.count else { throw error("There is text after the value.") }
    return value
  }

  private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
    switch peek() {
    case UInt8(ascii: "{"): return try .object(object(depth: depth + 1))
    case UInt8(ascii: "["): return try .array(array(depth: depth + 1))
    case UInt8(ascii: "\""): return try .string(string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try .number(number())
    case nil: throw error("The text ends where a value should be.")
    default: throw error("A value should be here.")
    }
  }

  private mutating func object(depth: Int) throws(JSONSyntaxError) -> [JSONMember] {
    try enter(depth)
    var members: [JSONMember] = []
    var names: Set<String> = []
    if accept(UInt8(ascii: "}")) { return members }
    repeat {
      skipSpace()
      guard peek() == UInt8(ascii: "\"") else { throw error("A member's name in quotes should be here.") }
      let start = offset
      let name = try string()
      guard names.insert(name).inserted else { throw error("This member's name occurs twice.", at: start) }
      guard accept(UInt8(ascii: ":")) else { throw error("A colon should be here.") }
      skipSpace()
      members.append(JSONMember(name: name, value: try value(depth: depth)))
    } while accept(UInt8(ascii: ","))
    guard accept(UInt8(ascii: "}")) else { throw error("A comma or a closing brace should be here.") }
    return members
  }

  private mutating func array(depth: Int) throws(JSONSyntaxError) -> [JSONValue] {
    try enter(depth)
    var elements: [JSONValue] = []
    if accept(UInt8(ascii: "]")) { return elements }
    repeat {
      skipSpace()
      elements.append(try value(depth: depth))
    } while accept(UInt8(ascii: ","))
    guard accept(UInt8(ascii: "]")) else { throw error("A comma or a closing bracket should be here.") }
    return elements
  }

  private mutating func enter(_ depth: Int) throws(JSONSyntaxError) {
    guard depth <= Self.maximumDepth else {
      throw error("Arrays and objects nest deeper than \(Self.maximumDepth).")
    }
    offset += 1
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
    let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    guard bytes[offset...].starts(with: expected) else { throw error("A value should be here.") }
    offset += expected.count
    return value
  }
}
