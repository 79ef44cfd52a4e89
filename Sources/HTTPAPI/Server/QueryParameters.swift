public import Hummingbird

/// A request's query, checked against the parameters that its endpoint knows.
public struct QueryParameters: Sendable {
  private let values: [String: String]

  /// Reads the query. Parameters not in `allowed`, repeated ones and malformed escapes are 400 and named.
  public init(_ request: Request, allowed: Set<String> = []) throws(Problem) {
    try self.init(request.uri.query ?? "", allowed: allowed)
  }

  init(_ query: String, allowed: Set<String>) throws(Problem) {
    var values: [String: String] = [:]
    for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentEncoding.decode(parts[0], plusIsSpace: true), allowed.contains(name) else {
        throw .invalidParameter(String(decoding: parts[0], as: UTF8.self), "This parameter is not known here.")
      }
      guard let value = parts.count == 1 ? "" : PercentEncoding.decode(parts[1], plusIsSpace: true) else {
        throw .invalidParameter(name, "The value is not valid UTF-8 in percent-encoding.")
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw .invalidParameter(name, "May be given once only.")
      }
    }
    self.values = values
  }

  /// A text whose length in Unicode scalars lies in `length`.
  public func string(_ name: String, _ length: ClosedRange<Int> = 1...200) throws(Problem) -> String? {
    guard let value = values[name] else { return nil }
    guard length.contains(value.unicodeScalars.count) else {
      throw .invalidParameter(name, "Must have \(length.lowerBound) to \(length.upperBound) characters.")
    }
    return value
  }

  /// A whole number in `range`.
  public func int(_ name: String, _ range: ClosedRange<Int>) throws(Problem) -> Int? {
    guard let value = values[name] else { return nil }
    guard let number = Int(value), range.contains(number) else {
      throw .invalidParameter(name, "Must be a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }

  /// One of an enumeration's codes.
  public func enumeration<T: CaseIterable & RawRepresentable<String>>(
    _ name: String, _ type: T.Type = T.self
  ) throws(Problem) -> T? {
    guard let value = values[name] else { return nil }
    guard let known = T(rawValue: value) else {
      throw .invalidParameter(name, "Must be one of: \(T.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return known
  }

  /// A text that `parse` understands; `rule` says what that is.
  public func parsed<T>(_ name: String, _ rule: String, _ parse: (String) -> T?) throws(Problem) -> T? {
    guard let value = try string(name) else { return nil }
    guard let result = parse(value) else { throw .invalidParameter(name, rule) }
    return result
  }
}
