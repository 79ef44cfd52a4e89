extension String: PostgresEncodable, PostgresDecodable {
  /// `text`.
  public static var postgresType: PostgresType { .text }

  /// UTF-8.
  /// - Throws: ``PostgresValueError/nul`` for a text with U+0000, which PostgreSQL cannot store.
  public func encode(into buffer: inout [UInt8]) throws {
    let start = buffer.count
    buffer.append(contentsOf: utf8)
    if buffer[start...].contains(0) {
      buffer.removeSubrange(start...)
      throw PostgresValueError.nul
    }
  }

  /// From `text`, `varchar`, `char(n)` or `name`; other types are cast in SQL.
  public init(postgresBytes bytes: RawSpan, oid: UInt32) throws {
    guard PostgresType.textLike.contains(oid) else { throw PostgresValueError.type(oid) }
    self = bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }
}

extension PostgresValueError {
  /// A text contains U+0000. The same refusal as PostgreSQL's own, SQLSTATE 22021.
  public static let nul = PostgresValueError("a text with U+0000 cannot be stored")
}
