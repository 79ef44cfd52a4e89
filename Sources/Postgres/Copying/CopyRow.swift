/// One row of COPY in binary format: its fields, written in the order of the columns.
public struct CopyRow {
  private(set) var bytes: [UInt8] = []
  private(set) var fields: Int16 = 0

  /// Writes the next column's value. Its type must be the column's own: COPY does not cast.
  /// - Throws: ``PostgresValueError``.
  public mutating func write(_ value: some PostgresEncodable) throws {
    guard fields < 1600 else { throw PostgresValueError("a row has at most 1,600 columns") }
    fields += 1
    try bytes.appendSized(value)
  }

  /// Appends the row behind its number of fields and starts the next.
  mutating func move(to buffer: inout [UInt8]) {
    buffer.appendBigEndian(fields)
    buffer.append(contentsOf: bytes)
    bytes.removeAll(keepingCapacity: true)
    fields = 0
  }
}
