/// Reads a row's columns in order: `var cells = row.cells; let id: UUID = try cells.next()`.
public struct Cells {
  @usableFromInline let row: Row
  @usableFromInline var column = 0

  init(row: Row) {
    self.row = row
  }

  /// The next column.
  /// - Throws: ``PostgresError/decoding(_:)`` where there is none left, or it is NULL or of another type.
  @inlinable
  public mutating func next<Value: PostgresDecodable>(as type: Value.Type = Value.self) throws -> Value {
    defer { column += 1 }
    return try row.get(column, as: type)
  }

  /// Passes over columns.
  public mutating func skip(_ count: Int = 1) {
    column += count
  }
}
