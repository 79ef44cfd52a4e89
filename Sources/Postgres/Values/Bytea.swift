/// Bytes, as `bytea`. At most 1 GiB minus a little, which is PostgreSQL's bound for one value.
public struct Bytea: Hashable, Sendable {
  /// The bytes themselves.
  public var bytes: [UInt8]

  /// Wraps bytes.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }
}

extension Bytea: PostgresEncodable, PostgresDecodable {
  /// `bytea`.
  public static var postgresType: PostgresType { .bytea }

  /// The bytes as they are.
  public func encode(into buffer: inout [UInt8]) throws {
    buffer.append(contentsOf: bytes)
  }

  /// From `bytea`.
  public init(postgresBytes bytes: RawSpan, oid: UInt32) throws {
    guard oid == PostgresType.bytea.oid else { throw PostgresValueError.type(oid) }
    self.init(bytes.copy)
  }
}
