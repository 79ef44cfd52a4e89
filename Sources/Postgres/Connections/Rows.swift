import CLibPQ

/// The result of one statement: its rows, if it gives any, and how many it changed.
///
/// Not Sendable: decode within the closure that asked.
public struct Rows: RandomAccessCollection {
  let handle: ResultHandle
  /// The statement, for messages.
  let statement: String
  /// How many rows the statement gave.
  public let count: Int

  init(_ handle: ResultHandle, statement: String) {
    self.handle = handle
    self.statement = statement
    count = Int(PQntuples(handle.result))
  }

  /// 0.
  public var startIndex: Int { 0 }
  /// The same as `count`.
  public var endIndex: Int { count }

  /// A row by its number; traps out of bounds, like an array.
  public subscript(position: Int) -> Row {
    precondition(position >= 0 && position < count, "row out of bounds")
    return Row(handle: handle, index: Int32(position))
  }

  /// How many rows the statement inserted, changed, deleted or gave; 0 for other commands.
  public var affected: Int {
    Int(String(cString: PQcmdTuples(handle.result))) ?? 0
  }

  /// The only row.
  /// - Throws: ``PostgresError/unexpectedRowCount(expected:actual:statement:)`` for none or several.
  public func exactlyOne() throws -> Row {
    guard count == 1 else { throw unexpected("exactly one") }
    return self[0]
  }

  /// The only row, if there is one.
  /// - Throws: ``PostgresError/unexpectedRowCount(expected:actual:statement:)`` for several.
  public func optionalOne() throws -> Row? {
    guard count < 2 else { throw unexpected("at most one") }
    return first
  }

  private func unexpected(_ expected: String) -> PostgresError {
    .unexpectedRowCount(expected: expected, actual: count, statement: statement)
  }
}
