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
  /// - Parameters:
  ///   - queries: the statements.
  ///   - decode: is given their results, in order, on the connection's thread.
  public func readOnce<Result: Sendable>(
    _ queries: [Query], _ decode: @escaping @Sendable ([Rows]) throws -> Result
  ) async throws -> Result {
    try await perform { session, job in
      do {
        return try decode(session.acquire(for: job).attempt(queries))
      } catch let loss as ConnectionLoss where !loss.isSilence {
        // Read-only, so nothing was in effect and decode was not called.
        return try decode(session.replace(for: job).attempt(queries))
      }
    }
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
