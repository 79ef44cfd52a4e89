/// What reading and writing transactions have in common, for functions that only read. Not Sendable; valid within its
/// closure only.
public protocol Transaction: AnyObject {
  /// Sends all statements at once, behind whatever is queued, and waits: one round trip.
  /// - Returns: the results, one a statement.
  /// - Throws: ``PostgresError/server(_:)`` for the first statement that fails, with its index. The transaction is then
  ///   failed: even when the closure catches the error, it is rolled back and the error thrown (see
  ///   ``WriteTransaction/savepoint(_:)`` for undoing a part). `CancellationError` when the task was cancelled.
  func pipeline(_ queries: [Query]) throws -> [Rows]
}

extension Transaction {
  /// Every row of one statement, decoded.
  public func all<Value>(_ query: Query, _ decode: (Row) throws -> Value) throws -> [Value] {
    try one(query).map(decode)
  }

  /// The only row, or `nil`.
  /// - Throws: ``PostgresError/unexpectedRowCount(expected:actual:statement:)`` for several rows.
  public func optionalOne<Value>(_ query: Query, _ decode: (Row) throws -> Value) throws -> Value? {
    try one(query).optionalOne().map(decode)
  }

  /// The only row.
  /// - Throws: ``PostgresError/unexpectedRowCount(expected:actual:statement:)`` for none or several rows.
  public func exactlyOne<Value>(_ query: Query, _ decode: (Row) throws -> Value) throws -> Value {
    try decode(one(query).exactlyOne())
  }

  func one(_ query: Query) throws -> Rows {
    guard let rows = try pipeline([query]).first else { throw PostgresError.misuse("a statement without a result") }
    return rows
  }
}
