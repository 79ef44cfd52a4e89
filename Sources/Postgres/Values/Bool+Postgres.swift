extension Bool: PostgresEncodable, PostgresDecodable {
  /// `boolean`.
  public static var postgresType: PostgresType { .bool }

  /// One byte, 0 or 1.
  public func encode(into buffer: inout [UInt8]) throws {
    buffer.append(self ? 1 : 0)
  }

  /// From `boolean`.
  public init(postgresBytes bytes: RawSpan, oid: UInt32) throws {
    guard oid == PostgresType.bool.oid else { throw PostgresValueError.type(oid) }
    self = try bytes.wholeBigEndian(UInt8.self) != 0
  }
}
