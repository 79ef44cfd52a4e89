extension Double: PostgresEncodable, PostgresDecodable {
  /// `double precision`.
  public static var postgresType: PostgresType { .float8 }

  /// Eight bytes, IEEE 754; NaN and the infinities included.
  public func encode(into buffer: inout [UInt8]) throws {
    buffer.appendBigEndian(bitPattern)
  }

  /// From `double precision` or `real`.
  public init(postgresBytes bytes: RawSpan, oid: UInt32) throws {
    switch oid {
    case PostgresType.float8.oid: self = Double(bitPattern: try bytes.wholeBigEndian(UInt64.self))
    case PostgresType.float4OID: self = Double(Float(bitPattern: try bytes.wholeBigEndian(UInt32.self)))
    default: throw PostgresValueError.type(oid)
    }
  }
}
