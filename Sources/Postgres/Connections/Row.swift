import CLibPQ

/// One row of a result. Not Sendable.
public struct Row {
  let handle: ResultHandle
  let index: Int32

  /// How many columns there are.
  public var count: Int { Int(PQnfields(handle.result)) }

  /// The columns one after the other, in the order of the select list.
  public var cells: Cells { Cells(row: self) }

  /// A column by its number from 0.
  /// - Throws: ``PostgresError/decoding(_:)`` where the column is missing, NULL or of another type.
  @inlinable
  public func get<Value: PostgresDecodable>(_ column: Int, as type: Value.Type = Value.self) throws -> Value {
    // Inlined into the module that decodes, where Value is known: a row has fifty columns, and looking up how to decode
    // each while the program runs took longer than decoding it.
    let cell = try cell(column)
    guard let bytes = cell.bytes else {
      guard let null = Value.postgresNull else { throw failure(column, type, "it is NULL") }
      return null
    }
    do {
      return try Value(postgresBytes: bytes.bytes, oid: cell.oid)
    } catch {
      throw failure(column, type, (error as? PostgresValueError)?.reason ?? "\(Swift.type(of: error))")
    }
  }

  /// A value as it came; `nil` is NULL.
  @usableFromInline
  struct Cell {
    @usableFromInline let bytes: UnsafeRawBufferPointer?
    @usableFromInline let oid: UInt32
  }

  @usableFromInline
  func cell(_ column: Int) throws -> Cell {
    guard column >= 0, column < count else {
      throw failure(name: "\(column)", "a value", oid: 0, "the result has \(count) columns")
    }
    let number = Int32(column)
    let oid = PQftype(handle.result, number)
    if PQgetisnull(handle.result, index, number) == 1 { return Cell(bytes: nil, oid: oid) }
    let bytes = UnsafeRawBufferPointer(
      start: PQgetvalue(handle.result, index, number), count: Int(PQgetlength(handle.result, index, number)))
    return Cell(bytes: bytes, oid: oid)
  }

  /// A column by its name, exactly as in the select list; the first where several have it.
  /// - Throws: ``PostgresError/decoding(_:)`` where the column is missing, NULL or of another type.
  public func get<Value: PostgresDecodable>(_ column: String, as type: Value.Type = Value.self) throws -> Value {
    for number in 0..<Int32(count) where name(number) == column {
      return try get(Int(number), as: type)
    }
    throw failure(name: column, "\(type)", oid: 0, "the result has no such column")
  }

  /// Lends a `bytea` column's bytes without a copy; they are valid during the call only.
  /// - Throws: ``PostgresError/decoding(_:)`` where the column is missing, NULL or of another type; what `body` throws.
  public func withBytes<Value>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> Value) throws -> Value {
    let cell = try cell(column)
    guard let bytes = cell.bytes else { throw failure(column, Bytea.self, "it is NULL") }
    guard cell.oid == PostgresType.bytea.oid else {
      throw failure(column, Bytea.self, PostgresValueError.type(cell.oid).reason)
    }
    return try body(bytes)
  }

  // PQfnumber folds its argument to lower case, so names are compared here.
  private func name(_ column: Int32) -> String {
    PQfname(handle.result, column).map { String(cString: $0) } ?? "\(column)"
  }

  @usableFromInline
  func failure<Value>(_ column: Int, _ type: Value.Type, _ reason: String) -> PostgresError {
    let number = Int32(column)
    return failure(name: name(number), "\(type)", oid: PQftype(handle.result, number), reason)
  }

  private func failure(name: String, _ expected: String, oid: UInt32, _ reason: String) -> PostgresError {
    .decoding(DecodingFailure(column: name, expected: expected, oid: oid, reason: reason))
  }
}
