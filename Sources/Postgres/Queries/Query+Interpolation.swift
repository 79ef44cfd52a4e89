extension Query: ExpressibleByStringInterpolation {
  /// Collects a literal's pieces; see ``Query``.
  public struct StringInterpolation: StringInterpolationProtocol, Sendable {
    var query = Query(unchecked: "")

    /// Room for a statement; called by the compiler.
    public init(literalCapacity: Int, interpolationCount: Int) {
      query.reserve(text: literalCapacity + interpolationCount * 3, binds: interpolationCount)
    }

    /// SQL from the source file itself.
    public mutating func appendLiteral(_ literal: String) {
      query.append(literal: literal)
    }

    /// Binds a value, an Optional as a typed NULL. A value that cannot be encoded makes the statement fail when it is
    /// executed, with ``PostgresError/encoding(_:)``.
    public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
      query.bind(value)
    }

    /// Binds a value, or NULL of its type.
    public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
      query.bind(value)
    }

    /// Inserts another query with its values, its parameters numbered on.
    public mutating func appendInterpolation(_ fragment: Query) {
      query.append(fragment: fragment)
    }

    /// Inserts a name (a table, role, database) as a quoted identifier: for administration, where names are settings.
    public mutating func appendInterpolation(identifier: String) {
      query.append(identifier: identifier)
    }
  }

  /// A statement without values.
  public init(stringLiteral sql: String) {
    self.init(unchecked: sql)
  }

  /// A statement with values.
  public init(stringInterpolation: StringInterpolation) {
    self = stringInterpolation.query
  }
}
