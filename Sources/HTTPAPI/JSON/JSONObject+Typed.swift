/// Members read in one call: by name, as a type, within bounds.
extension JSONObject {
  /// A required string; `length` counts Unicode scalars.
  public mutating func string(_ name: String, _ length: ClosedRange<Int>) throws(InvalidMember) -> String {
    try required(name).string(length)
  }

  /// A string that may be left out.
  public mutating func optionalString(_ name: String, _ length: ClosedRange<Int>) throws(InvalidMember) -> String? {
    try optional(name)?.string(length)
  }

  /// A required whole number.
  public mutating func int(_ name: String, _ range: ClosedRange<Int>) throws(InvalidMember) -> Int {
    try required(name).int(range)
  }

  /// A whole number that may be left out.
  public mutating func optionalInt(_ name: String, _ range: ClosedRange<Int>) throws(InvalidMember) -> Int? {
    try optional(name)?.int(range)
  }

  /// A required truth value.
  public mutating func bool(_ name: String) throws(InvalidMember) -> Bool {
    try required(name).bool()
  }

  /// A truth value that may be left out.
  public mutating func optionalBool(_ name: String) throws(InvalidMember) -> Bool? {
    try optional(name)?.bool()
  }

  /// A required code.
  public mutating func enumeration<T: CaseIterable & RawRepresentable<String>>(
    _ name: String, _ type: T.Type = T.self
  ) throws(InvalidMember) -> T {
    try required(name).enumeration(type)
  }

  /// A code that may be left out.
  public mutating func optionalEnumeration<T: CaseIterable & RawRepresentable<String>>(
    _ name: String, _ type: T.Type = T.self
  ) throws(InvalidMember) -> T? {
    try optional(name)?.enumeration(type)
  }

  /// A required string that `parse` understands; `rule` says what that is.
  public mutating func parsed<T>(
    _ name: String, _ rule: String, length: Int = 200, _ parse: (String) -> T?
  ) throws(InvalidMember) -> T {
    try required(name).parsed(rule, length: length, parse)
  }

  /// A string that may be left out and that otherwise `parse` understands.
  public mutating func optionalParsed<T>(
    _ name: String, _ rule: String, length: Int = 200, _ parse: (String) -> T?
  ) throws(InvalidMember) -> T? {
    try optional(name)?.parsed(rule, length: length, parse)
  }

  /// A required array of `min` to `max` elements.
  public mutating func array<T>(
    _ name: String, min: Int = 0, max: Int, _ read: (JSONElement) throws -> T
  ) throws -> [T] {
    try required(name).array(min...max, read)
  }

  /// An array that may be left out: then it is empty.
  public mutating func optionalArray<T>(
    _ name: String, max: Int, _ read: (JSONElement) throws -> T
  ) throws -> [T] {
    try optional(name)?.array(0...max, read) ?? []
  }

  /// A required object.
  public mutating func object<T>(_ name: String, _ read: (inout JSONObject) throws -> T) throws -> T {
    try required(name).object(read)
  }
}
