extension Array: PostgresEncodable where Element: PostgresEncodable {
  /// The array type of the element's type.
  public static var postgresType: PostgresType { PostgresType(oid: Element.postgresType.arrayOID, arrayOID: 0) }

  /// One dimension with lower bound 1; elements may be Optional, then NULL.
  /// - Throws: ``PostgresValueError`` for an array of arrays or beyond 2³¹ elements or bytes.
  public func encode(into buffer: inout [UInt8]) throws {
    guard Self.postgresType.oid != 0 else { throw PostgresValueError("arrays of arrays are not supported") }
    guard let count = Int32(exactly: count) else { throw PostgresValueError("too many elements") }
    buffer.appendBigEndian(Int32(count == 0 ? 0 : 1))
    buffer.appendBigEndian(Int32(contains { $0.isPostgresNull } ? 1 : 0))
    buffer.appendBigEndian(Element.postgresType.oid)
    guard count > 0 else { return }
    buffer.appendBigEndian(count)
    buffer.appendBigEndian(Int32(1))
    for element in self { try buffer.appendSized(element) }
  }
}

extension [UInt8] {
  /// Appends a value behind its length, -1 for NULL: the form of array elements and of COPY's fields.
  mutating func appendSized(_ value: some PostgresEncodable) throws {
    guard !value.isPostgresNull else { return appendBigEndian(Int32(-1)) }
    let start = count
    appendBigEndian(Int32(0))
    try value.encode(into: &self)
    guard let length = Int32(exactly: count - start - 4) else { throw PostgresValueError("a value beyond 2 GiB") }
    patchBigEndian(length, at: start)
  }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
  /// From an array of at most one dimension; NULL elements need an Optional element type.
  public init(postgresBytes bytes: RawSpan, oid: UInt32) throws {
    let dimensions = try bytes.bigEndian(Int32.self, at: 0)
    let elementOID = try bytes.bigEndian(UInt32.self, at: 8)
    self.init()
    guard dimensions > 0 else { return }
    guard dimensions == 1 else { throw PostgresValueError("an array of \(dimensions) dimensions") }
    let count = Int(try bytes.bigEndian(Int32.self, at: 12))
    // Each element takes four bytes at least, so that a broken count cannot reserve more than was sent.
    reserveCapacity(Swift.min(count, bytes.byteCount / 4))
    var offset = 20
    for _ in 0..<count {
      let length = Int(try bytes.bigEndian(Int32.self, at: offset))
      offset += 4
      if length < 0 {
        guard let null = Element.postgresNull else { throw PostgresValueError("NULL in the array") }
        append(null)
      } else {
        guard bytes.byteCount - offset >= length else { throw PostgresValueError.length(bytes.byteCount) }
        append(try Element(postgresBytes: bytes.extracting(offset..<offset + length), oid: elementOID))
        offset += length
      }
    }
  }
}
