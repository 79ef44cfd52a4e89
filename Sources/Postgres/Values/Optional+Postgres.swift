extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
  /// The type of the wrapped value, so that NULL is bound with its type.
  public static var postgresType: PostgresType { Wrapped.postgresType }

  /// Whether there is no value.
  public var isPostgresNull: Bool {
    switch self {
    case .none: true
    case .some(let value): value.isPostgresNull
    }
  }

  /// The wrapped value's form; nothing for NULL.
  public func encode(into buffer: inout [UInt8]) throws {
    try self?.encode(into: &buffer)
  }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  /// NULL is `nil`.
  @inlinable
  public static var postgresNull: Self? { .some(.none) }

  /// The wrapped value.
  @inlinable
  public init(postgresBytes bytes: RawSpan, oid: UInt32) throws {
    self = .some(try Wrapped(postgresBytes: bytes, oid: oid))
  }
}
