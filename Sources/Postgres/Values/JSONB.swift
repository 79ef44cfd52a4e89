/// JSON text, as `jsonb`. PostgreSQL normalises it: what comes back may differ in spaces, key order and duplicates.
public struct JSONB: Hashable, Sendable {
  /// The document in UTF-8.
  public var utf8: [UInt8]

  /// Wraps a document; PostgreSQL checks it (22P02 when it is no JSON).
  public init(utf8: [UInt8]) {
    self.utf8 = utf8
  }
}

extension JSONB: PostgresEncodable, PostgresDecodable {
  /// `jsonb`.
  public static var postgresType: PostgresType { .jsonb }

  /// The format's version, 1, then the text.
  public func encode(into buffer: inout [UInt8]) throws {
    buffer.append(1)
    buffer.append(contentsOf: utf8)
  }

  /// From `jsonb` or `json`.
  public init(postgresBytes bytes: RawSpan, oid: UInt32) throws {
    switch oid {
    case PostgresType.jsonOID:
      self.init(utf8: bytes.copy)
    case PostgresType.jsonb.oid:
      guard try bytes.bigEndian(UInt8.self, at: 0) == 1 else { throw PostgresValueError("unknown version of jsonb") }
      self.init(utf8: bytes.withUnsafeBytes { [UInt8]($0.dropFirst()) })
    default:
      throw PostgresValueError.type(oid)
    }
  }
}
