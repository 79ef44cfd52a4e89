/// The prepared statements of one connection, by text and parameter types; bounded, the longest unused goes first.
struct StatementCache {
  /// What makes two statements the same. Only the text's length is hashed: few texts are as long as another, and a text
  /// that is kept (see ``Query/binding(_:)``) is compared at a glance, while to hash it takes a microsecond.
  struct Key: Hashable {
    let sql: String
    let types: [UInt32]

    func hash(into hasher: inout Hasher) {
      hasher.combine(sql.utf8.count)
    }
  }

  /// A statement that the server knows, or is being told of.
  final class Statement {
    let name: String
    var lastUsed: UInt64
    /// Whether the server has answered that it is prepared.
    var isPrepared = false

    init(name: String, lastUsed: UInt64) {
      self.name = name
      self.lastUsed = lastUsed
    }
  }

  let capacity: Int
  private(set) var statements: [Key: Statement] = [:]
  /// Statements that the server may still hold and nobody uses any more.
  private(set) var discarded: [String] = []
  private var clock: UInt64 = 0

  init(capacity: Int) {
    self.capacity = max(1, capacity)
  }

  /// The statement for a query, and whether it must be prepared first.
  mutating func use(_ query: Query) -> (statement: Statement, isNew: Bool) {
    clock += 1
    let key = Key(sql: query.sql, types: query.types)
    if let known = statements[key] {
      known.lastUsed = clock
      return (known, false)
    }
    let statement = Statement(name: "s\(clock)", lastUsed: clock)
    statements[key] = statement
    return (statement, true)
  }

  /// Drops what the server never prepared, then what is beyond the capacity. Called between round trips.
  mutating func tidy(failed: Bool) {
    if failed {
      statements = statements.filter { $0.value.isPrepared }
    }
    while statements.count > capacity, let oldest = statements.min(by: { $0.value.lastUsed < $1.value.lastUsed }) {
      statements[oldest.key] = nil
      discarded.append(oldest.value.name)
    }
  }

  /// Forgets everything, after the schema has changed under it.
  mutating func removeAll() {
    discarded += statements.values.filter(\.isPrepared).map(\.name)
    statements = [:]
  }

  /// Takes the statements to deallocate.
  mutating func takeDiscarded() -> [String] {
    defer { discarded = [] }
    return discarded
  }
}
