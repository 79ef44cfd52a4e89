/// A value that can be read from a column, in PostgreSQL's binary format.
public protocol PostgresDecodable {
  /// What SQL NULL decodes to; `nil` (unless implemented) where NULL is an error.
  static var postgresNull: Self? { get }
  /// Reads the binary form of a column or array element.
  /// - Parameters:
  ///   - bytes: the form without its length; valid during the call only.
  ///   - oid: the identifier of the value's PostgreSQL type; domains come as their base type.
  /// - Throws: ``PostgresValueError`` when the type or the bytes do not fit.
  init(postgresBytes bytes: RawSpan, oid: UInt32) throws
}

extension PostgresDecodable {
  /// NULL is an error.
  @inlinable
  public static var postgresNull: Self? { nil }
}
