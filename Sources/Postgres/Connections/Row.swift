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
  public func get<Value: PostgresDecodable>(_ column: Int, as type: Value.Type = Value.self) throws -> Value {
    guard column >= 0, column < count else {
      throw failure(name: "\(column)", type, oid: 0, "the result has \(count) columns")
    }
    let number = Int32(column)
    let oid = PQftype(handle.result, number)
    if PQgetisnull(handle.result, index, number) == 1 {
      guard let null = Value.postgresNull else { throw failure(name: name(number), type, oid: oid, "it is NULL") }
      return null
    }
    let bytes = UnsafeRawBufferPointer(
      start: PQgetvalue(handle.result, index, number), count: Int(PQgetlength(handle.result, index, number)))
    do {
      return try Value(postgresBytes: bytes.bytes, oid: oid)
    } catch {
      let reason = (error as? PostgresValueError)?.reason ?? "\(Swift.type(of: error))"
      throw failure(name: name(number), type, oid: oid, reason)
    }
  }

  /// A column by its name, exactly as in the select list; the first where several have it.
  /// - Throws: ``PostgresError/decoding(_:)`` where the column is missing, NULL or of another type.
  public func get<Value: PostgresDecodable>(_ column: String, as type: Value.Type = Value.self) throws -> Value {
    for number in 0..<Int32(count) where name(number) == column {
      return try get(Int(number), as: type)
    }
    throw failure(name: column, type, oid: 0, "the result has no such column")
  }

  // PQfnumber folds its argument to lower case, so names are compared here.
  private func name(_ column: Int32) -> String {
    PQfname(handle.result, column).map { String(cString: $0) } ?? "\(column)"
  }

  private func failure<Value>(name: String, _ type: Value.Type, oid: UInt32, _ reason: String) -> PostgresError {
    .decoding(DecodingFailure(column: name, expected: "\(type)", oid: oid, reason: reason))
  }
}
