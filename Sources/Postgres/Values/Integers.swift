extension Int: PostgresEncodable, PostgresDecodable {
  /// `bigint`.
  public static var postgresType: PostgresType { .int8 }

  /// Eight bytes.
  public func encode(into buffer: inout [UInt8]) throws {
    buffer.appendBigEndian(Int64(self))
  }

  /// From `bigint`, `integer` or `smallint`.
  public init(postgresBytes bytes: RawSpan, oid: UInt32) throws {
    switch oid {
    case PostgresType.int8.oid: self = Int(try bytes.wholeBigEndian(Int64.self))
    case PostgresType.int4.oid: self = Int(try bytes.wholeBigEndian(Int32.self))
    case PostgresType.int2.oid: self = Int(try bytes.wholeBigEndian(Int16.self))
    default: throw PostgresValueError.type(oid)
    }
  }
}

extension Int64: PostgresEncodable, PostgresDecodable {
  /// `bigint`.
  public static var postgresType: PostgresType { .int8 }

  /// Eight bytes.
  public func encode(into buffer: inout [UInt8]) throws {
    buffer.appendBigEndian(self)
  }

  /// From `bigint`, `integer` or `smallint`.
  public init(postgresBytes bytes: RawSpan, oid: UInt32) throws {
    self = Int64(try Int(postgresBytes: bytes, oid: oid))
  }
}

extension Int32: PostgresEncodable, PostgresDecodable {
  /// `integer`.
  public static var postgresType: PostgresType { .int4 }

  /// Four bytes.
  public func encode(into buffer: inout [UInt8]) throws {
    buffer.appendBigEndian(self)
  }

  /// From `integer` or `smallint`.
  public init(postgresBytes bytes: RawSpan, oid: UInt32) throws {
    switch oid {
    case PostgresType.int4.oid: self = try bytes.wholeBigEndian(Int32.self)
    case PostgresType.int2.oid: self = Int32(try bytes.wholeBigEndian(Int16.self))
    default: throw PostgresValueError.type(oid)
    }
  }
}

extension Int16: PostgresEncodable, PostgresDecodable {
  /// `smallint`.
  public static var postgresType: PostgresType { .int2 }

  /// Two bytes.
  public func encode(into buffer: inout [UInt8]) throws {
    buffer.appendBigEndian(self)
  }

  /// From `smallint`.
  public init(postgresBytes bytes: RawSpan, oid: UInt32) throws {
    guard oid == PostgresType.int2.oid else { throw PostgresValueError.type(oid) }
    self = try bytes.wholeBigEndian(Int16.self)
  }
}
