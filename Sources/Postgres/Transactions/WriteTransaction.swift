/// A READ WRITE, READ COMMITTED transaction; see ``Database/write(preamble:_:)``.
public final class WriteTransaction: Transaction {
  let core: TransactionCore
  private let requireOneFunction: String

  init(_ core: TransactionCore, requireOneFunction: String) {
    self.core = core
    self.requireOneFunction = requireOneFunction
  }

  /// See ``Transaction/pipeline(_:)``.
  public func pipeline(_ queries: [Query]) throws -> [Rows] {
    try core.pipeline(queries)
  }

  /// Executes a statement now.
  /// - Returns: how many rows it changed.
  @discardableResult
  public func execute(_ query: Query) throws -> Int {
    try one(query).affected
  }

  /// Executes a statement now that must change exactly one row.
  /// - Throws: ``PostgresError/unexpectedRowCount(expected:actual:statement:)`` otherwise; let it end the closure, for
  ///   the change itself has been made.
  public func updateExactlyOne(_ query: Query) throws {
    let affected = try execute(query)
    guard affected == 1 else {
      throw PostgresError.unexpectedRowCount(expected: "exactly one", actual: affected, statement: query.sql)
    }
  }

  /// Queues a statement whose answer isn't needed: it goes with the next round trip, at the latest with COMMIT.
  /// - Throws: ``PostgresError/encoding(_:)``. The server's error comes from the round trip that carries it.
  public func enqueue(_ query: Query) throws {
    try core.enqueue(query)
  }

  /// Queues an INSERT, UPDATE or DELETE without RETURNING that must change exactly one row: on the server,
  /// ``Database/Configuration/requireOneFunction`` raises otherwise, so that COMMIT may follow unseen.
  public func enqueueUpdatingExactlyOne(_ query: Query) throws {
    let function = Query(unchecked: requireOneFunction)
    try core.enqueue("WITH changed AS (\(query) RETURNING 1) SELECT \(function)(count(*)) FROM changed")
  }

  /// Runs a part that is undone on its own when it throws; the error is rethrown and the transaction goes on.
  ///
  /// Takes a round trip more: what the part has queued is executed before it ends.
  @discardableResult
  public func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
    try core.savepoint(body)
  }
}
