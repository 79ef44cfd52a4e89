/// A request body that is one JSON text.
public struct JSONBody: Sendable {
  /// The body as an element with an empty pointer.
  public let root: JSONElement
  /// The body as received: what an idempotency key is bound to.
  public let bytes: [UInt8]

  /// Parses a body. Malformed, too deep, ambiguous or NUL-carrying texts are refused with line and column.
  public init(_ bytes: [UInt8]) throws(JSONSyntaxError) {
    root = JSONElement(value: try JSONParser.parse(bytes), pointer: "")
    self.bytes = bytes
  }

  /// Reads the body as an object; members that `read` does not ask for are refused.
  public func object<T>(_ read: (inout JSONObject) throws -> T) throws -> T {
    try root.object(read)
  }
}
