public import Foundation

extension UUID: PostgresEncodable, PostgresDecodable {
  /// `uuid`.
  public static var postgresType: PostgresType { .uuid }

  /// Sixteen bytes.
  public func encode(into buffer: inout [UInt8]) throws {
    withUnsafeBytes(of: uuid) { buffer.append(contentsOf: $0) }
  }

  /// From `uuid`.
  public init(postgresBytes bytes: RawSpan, oid: UInt32) throws {
    guard oid == PostgresType.uuid.oid else { throw PostgresValueError.type(oid) }
    guard bytes.byteCount == 16 else { throw PostgresValueError.length(bytes.byteCount) }
    // A tuple of sixteen bytes has the layout of sixteen bytes.
    self.init(uuid: bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: uuid_t.self))
  }
}
