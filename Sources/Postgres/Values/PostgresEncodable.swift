/// A value that can be bound to a statement's parameter, in PostgreSQL's binary format.
///
/// Own types usually conform to ``PostgresRepresentable`` instead, by naming a value that is encodable already.
public protocol PostgresEncodable: Sendable {
  /// The type the parameter is declared with.
  static var postgresType: PostgresType { get }
  /// Whether the value is NULL, so that nothing is encoded. `false` unless implemented.
  var isPostgresNull: Bool { get }
  /// Appends the binary form, without its length.
  /// - Throws: ``PostgresValueError`` when the value has no form in PostgreSQL. The statement it is bound to then fails
  ///   before it is sent.
  func encode(into buffer: inout [UInt8]) throws
}

extension PostgresEncodable {
  /// Not NULL.
  public var isPostgresNull: Bool { false }
}
