/// A parsed JSON value. Objects keep their members' order; no name occurs twice in one object.
public enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// A number as it was written: whoever needs it as an integer decides what range is sensible.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([JSONMember])

  /// What the value is, in the words used by error details.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a truth value"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The member of an object with this name, if it is an object and has one.
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }
}

/// A name and its value in a JSON object.
public struct JSONMember: Sendable, Equatable {
  /// The member's name, unescaped.
  public let name: String
  /// The member's value.
  public let value: JSONValue
}
