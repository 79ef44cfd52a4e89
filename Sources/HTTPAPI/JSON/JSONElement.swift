/// A value of a request body together with where it stands, read as what the handler expects.
///
/// Whatever is not as expected becomes one `InvalidMember`, which names the place and the rule.
public struct JSONElement: Sendable {
  /// The value itself.
  public let value: JSONValue
  /// JSON pointer (RFC 6901) to it.
  public let pointer: String

  /// An error that names this element.
  public func invalid(_ rule: String) -> InvalidMember {
    InvalidMember(pointer, rule)
  }

  /// A string whose length in Unicode scalars lies in `length`.
  public func string(_ length: ClosedRange<Int>) throws(InvalidMember) -> String {
    guard case .string(let text) = value else { throw wrong("a string") }
    let count = text.unicodeScalars.count
    guard count >= length.lowerBound else { throw invalid("Must have at least \(length.lowerBound) characters.") }
    guard count <= length.upperBound else { throw invalid("Must have at most \(length.upperBound) characters.") }
    return text
  }

  /// A whole number in `range`, written without fraction or exponent.
  public func int(_ range: ClosedRange<Int>) throws(InvalidMember) -> Int {
    guard case .number(let text) = value else { throw wrong("a number") }
    guard let number = Int(text), range.contains(number) else {
      throw invalid("Must be a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  /// A truth value.
  public func bool() throws(InvalidMember) -> Bool {
    guard case .bool(let flag) = value else { throw wrong("true or false") }
    return flag
  }

  /// One of the cases of an enumeration with string codes.
  public func enumeration<T: CaseIterable & RawRepresentable<String>>(_ type: T.Type) throws(InvalidMember) -> T {
    guard case .string(let text) = value else { throw wrong("a string") }
    guard let known = T(rawValue: text) else {
      throw invalid("Must be one of: \(T.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return known
  }

  /// A string of at most `length` scalars that `parse` understands; `rule` says what that is.
  public func parsed<T>(_ rule: String, length: Int = 200, _ parse: (String) -> T?) throws(InvalidMember) -> T {
    guard let result = parse(try string(0...length)) else { throw invalid(rule) }
    return result
  }

  /// An array with `count` elements, each read by `read`.
  public func array<T>(_ count: ClosedRange<Int>, _ read: (JSONElement) throws -> T) throws -> [T] {
    guard case .array(let elements) = value else { throw wrong("an array") }
    guard elements.count >= count.lowerBound else { throw invalid("Must have at least \(count.lowerBound) elements.") }
    guard elements.count <= count.upperBound else { throw invalid("Must have at most \(count.upperBound) elements.") }
    return try elements.enumerated().map { index, element in
      try read(JSONElement(value: element, pointer: "\(pointer)/\(index)"))
    }
  }

  /// An object, read member by member; a member that `read` does not ask for is unknown and refused.
  public func object<T>(_ read: (inout JSONObject) throws -> T) throws -> T {
    guard case .object(let members) = value else { throw wrong("an object") }
    var object = JSONObject(members: members, pointer: pointer)
    let result = try read(&object)
    try object.refuseUnread()
    return result
  }

  private func wrong(_ expected: String) -> InvalidMember {
    invalid("Must be \(expected), not \(value.kind).")
  }
}
