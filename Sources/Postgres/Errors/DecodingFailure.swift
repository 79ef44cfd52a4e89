/// A column that does not fit the Swift type it was read as. Carries no data.
public struct DecodingFailure: Error, Sendable, CustomStringConvertible {
  /// The column's name, or its number where the result has no such column.
  public let column: String
  /// The Swift type it was read as.
  public let expected: String
  /// The object identifier of the column's PostgreSQL type; 0 where there is no such column.
  public let oid: UInt32
  /// Why it does not fit, in words.
  public let reason: String

  /// All of it in one line.
  public var description: String {
    "column \(column) (oid \(oid)) is not \(expected): \(reason)"
  }
}
