extension WriteTransaction {
  /// Copies rows into a table: the fastest way in, without rules and row-level security (PostgreSQL refuses COPY there).
  /// What is queued is sent before.
  /// - Parameters:
  ///   - statement: `COPY table (columns) FROM STDIN (FORMAT binary)`.
  ///   - rows: what to copy; taken one by one and sent in chunks, so it may be lazy and long.
  ///   - encode: writes a row's columns. What it throws ends the copy and is rethrown.
  /// - Returns: the number of rows copied.
  @discardableResult
  public func copyIn<Source: Sequence>(
    _ statement: StaticString, rows: Source, _ encode: (inout CopyRow, Source.Element) throws -> Void
  ) throws -> Int {
    var row = CopyRow()
    var iterator = rows.makeIterator()
    return try core.copyIn(statement.description) { buffer in
      guard let element = iterator.next() else { return false }
      try encode(&row, element)
      row.move(to: &buffer)
      return true
    }
  }
}

extension TransactionCore {
  /// Copies what `next` appends to its buffer until it returns false.
  func copyIn(_ statement: String, _ next: (inout [UInt8]) throws -> Bool) throws -> Int {
    try flush()
    do {
      return try connection.copyIn(statement, next)
    } catch let loss as ConnectionLoss {
      throw PostgresError.connectionLost(loss.reason)
    }
  }
}
