extension Database {
  /// Runs a closure in a READ ONLY, READ COMMITTED transaction.
  ///
  /// BEGIN and the preamble travel with the closure's first statements, COMMIT without a wait: one `pipeline` in the
  /// closure is one round trip.
  /// - Parameters:
  ///   - preamble: statements at the transaction's start, such as `SELECT set_config(…, true)`; their rows are dropped.
  ///   - body: runs once, on a connection's thread.
  public func read<Result: Sendable>(
    preamble: [Query] = [], _ body: @escaping @Sendable (ReadTransaction) throws -> Result
  ) async throws -> Result {
    try await perform { session, job in
      let core = try TransactionCore(
        session: session, job: job, opening: ["BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"] + preamble)
      do {
        let result = try body(ReadTransaction(core))
        core.commitRead()
        return result
      } catch {
        core.rollback()
        throw error
      }
    }
  }

  /// Runs statements in exactly one round trip, in one implicit read-only transaction: a leading
  /// `SELECT set_config(…, true)` holds for those behind it.
  ///
  /// Meant for short statements: while all connections are busy, several of these calls share a round trip, and each
  /// waits for those before it.
  /// - Parameters:
  ///   - queries: the statements.
  ///   - sharing: `false` for large results, which would keep others waiting.
  ///   - decode: is given their results, in order, on the connection's thread.
  public func readOnce<Result: Sendable>(
    _ queries: [Query], sharing: Bool = true, _ decode: @escaping @Sendable ([Rows]) throws -> Result
  ) async throws -> Result {
    try await performRead(queries, sharing: sharing, decode)
  }

  /// Runs a closure in a READ WRITE, READ COMMITTED transaction and commits it.
  ///
  /// BEGIN and the preamble travel with the closure's first round trip, what it queues last with COMMIT: a typical write
  /// is two round trips. If the closure throws, everything is rolled back and its error rethrown.
  /// - Parameters:
  ///   - preamble: statements at the transaction's start; their rows are dropped.
  ///   - body: runs once, on a connection's thread.
  /// - Throws: ``PostgresError/commitUnknown(_:)`` when the connection died while COMMIT was under way.
  public func write<Result: Sendable>(
    preamble: [Query] = [], _ body: @escaping @Sendable (WriteTransaction) throws -> Result
  ) async throws -> Result {
    let requireOneFunction = requireOneFunction
    return try await perform { session, job in
      let core = try TransactionCore(
        session: session, job: job, opening: ["BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"] + preamble)
      do {
        let result = try body(WriteTransaction(core, requireOneFunction: requireOneFunction))
        try core.commit()
        return result
      } catch {
        core.rollback()
        throw error
      }
    }
  }
}
