/// Why a value has no form in PostgreSQL, or a column none in Swift. Carries no data, so it may be logged.
public struct PostgresValueError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The reason, in words, without the value.
  public let reason: String

  /// An error for own conformances; put no data into the reason.
  public init(_ reason: String) {
    self.reason = reason
  }

  /// The reason.
  public var description: String { reason }

  static func type(_ oid: UInt32) -> PostgresValueError {
    PostgresValueError("the column has another type (oid \(oid))")
  }

  static func length(_ count: Int) -> PostgresValueError {
    PostgresValueError("\(count) bytes are no binary form of it")
  }
}
