/// A bound value that has no form in PostgreSQL. Carries no data.
public struct EncodingFailure: Error, Sendable, CustomStringConvertible {
  /// The parameter's number, from 1; 0 for a name.
  public let bind: Int
  /// What the value's type threw; a ``PostgresValueError`` for the types of this module.
  public let error: any Error

  /// The number and the reason.
  public var description: String {
    "$\(bind): \((error as? PostgresValueError)?.reason ?? String(describing: type(of: error)))"
  }
}
