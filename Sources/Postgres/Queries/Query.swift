/// One SQL statement with its bound values.
///
/// Written as a literal; what is interpolated is *bound*, never pasted:
///
///     let query: Query = "SELECT title FROM space WHERE id = \(id) AND closed_at > \(instant)"
///     // query.sql == "SELECT title FROM space WHERE id = $1 AND closed_at > $2"
///
/// An interpolated `Query` is a fragment, whose parameters are numbered on; `\(identifier: name)` is a name in double
/// quotes. There is no way to interpolate text as SQL. Identical texts share a prepared statement, so fragments should
/// come from a small set.
public struct Query: Sendable {
  /// The statement with `$1`, `$2`, … in place of values. Holds no data and may be logged.
  public private(set) var sql: String
  /// Offsets in UTF-8 of each placeholder in `sql`, for renumbering when this is a fragment of another.
  private(set) var placeholders: [Int]
  /// The type of each parameter.
  private(set) var types: [UInt32]
  /// Where each parameter's value ends in `values`; -1 for NULL.
  private(set) var ends: [Int]
  /// All values, one behind the other.
  private(set) var values: [UInt8]
  /// The first value that could not be encoded; thrown before anything is sent.
  private(set) var failure: EncodingFailure?

  /// SQL as it is, for statements that this module builds itself.
  init(unchecked sql: String) {
    self.sql = sql
    placeholders = []
    types = []
    ends = []
    values = []
  }

  /// The same statement with other values, of the same types and as many: its text is not put together anew, which
  /// takes longer than to bind them. For statements that are sent all the time.
  public func binding(_ others: any PostgresEncodable...) -> Query {
    var query = self
    query.replaceValues(others)
    return query
  }

  /// The bound values, in order.
  public var binds: [Bind] {
    var start = 0
    return zip(types, ends).map { type, end in
      guard end >= 0 else { return Bind(oid: type, bytes: nil) }
      defer { start = end }
      return Bind(oid: type, bytes: Array(values[start..<end]))
    }
  }
}

extension Query {
  mutating func append(literal: String) {
    sql += literal
  }

  mutating func bind<Value: PostgresEncodable>(_ value: Value) {
    appendPlaceholder(type: Value.postgresType.oid)
    append(value)
  }

  private mutating func replaceValues(_ others: [any PostgresEncodable]) {
    precondition(others.map { type(of: $0).postgresType.oid } == types, "values of other types than the statement's")
    values = []
    ends = []
    failure = nil
    for value in others { append(value) }
  }

  /// The value of the next placeholder.
  private mutating func append<Value: PostgresEncodable>(_ value: Value) {
    guard !value.isPostgresNull else { return ends.append(-1) }
    do {
      guard Value.postgresType.oid != 0 else { throw PostgresValueError("arrays of arrays are not supported") }
      try value.encode(into: &values)
      guard values.count < Int32.max else { throw PostgresValueError("values beyond 2 GiB") }
    } catch {
      failure = failure ?? EncodingFailure(bind: ends.count + 1, error: error)
    }
    ends.append(values.count)
  }

  mutating func append(fragment: Query) {
    var copied = fragment.sql.utf8.startIndex
    let text = fragment.sql
    for (index, offset) in fragment.placeholders.enumerated() {
      let place = text.utf8.index(text.utf8.startIndex, offsetBy: offset)
      sql += text[copied..<place]
      appendPlaceholder(type: fragment.types[index])
      copied = text.utf8.index(place, offsetBy: 1 + String(index + 1).utf8.count)
      let end = fragment.ends[index]
      ends.append(end < 0 ? -1 : values.count + end)
    }
    sql += text[copied...]
    values += fragment.values
    if failure == nil, let inner = fragment.failure {
      failure = EncodingFailure(bind: types.count - fragment.types.count + inner.bind, error: inner.error)
    }
  }

  mutating func append(identifier: String) {
    if identifier.utf8.contains(0) { failure = failure ?? EncodingFailure(bind: 0, error: PostgresValueError.nul) }
    sql += SQLIdentifier.quoted(identifier)
  }

  mutating func reserve(text: Int, binds: Int) {
    sql.reserveCapacity(text)
    guard binds > 0 else { return }
    placeholders.reserveCapacity(binds)
    types.reserveCapacity(binds)
    ends.reserveCapacity(binds)
    values.reserveCapacity(binds * 16)
  }

  private mutating func appendPlaceholder(type: UInt32) {
    placeholders.append(sql.utf8.count)
    types.append(type)
    sql += "$"
    sql += String(types.count)
  }
}
