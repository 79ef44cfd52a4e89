import CLibPQ

extension Connection {
  /// One round trip; a stale statement is prepared anew where the server has undone everything that was sent.
  /// - Throws: ``PostgresError``, ``ConnectionLoss``, or ``StaleStatement`` within a transaction.
  func attempt(_ queries: [Query]) throws -> [Rows] {
    do {
      return try roundTrip(queries)
    } catch let stale as StaleStatement {
      statements.removeAll()
      guard transactionState == .idle else { throw stale }
      do { return try roundTrip(queries) } catch let stale as StaleStatement { throw PostgresError.server(stale.error) }
    }
  }

  private func roundTrip(_ queries: [Query]) throws -> [Rows] {
    try Self.validate(queries)
    try deallocateDiscarded()
    let steps = try send(queries)
    try drainUnanswered()
    roundTrips += 1
    do {
      let rows = try receive(steps, of: queries)
      statements.tidy(failed: false)
      return rows
    } catch {
      statements.tidy(failed: true)
      throw error
    }
  }

  /// Several rounds of statements in one round trip. Each is an implicit transaction of its own, so that an error ends
  /// its own round only. A round may fail with 26000 when it relies on a statement that an earlier one should have
  /// prepared but skipped, for an error before it.
  /// - Parameters:
  ///   - rounds: statements that ``validate(_:)`` has passed.
  ///   - answer: is given each round's number and results, as soon as they are there, and in order; from a loss of the
  ///     connection on, the loss.
  func exchange(_ rounds: [[Query]], _ answer: (Int, Result<[Rows], any Error>) -> Void) {
    var sent: [[PipelineStep]] = []
    var loss: (any Error)?
    var isFlawless = true
    do {
      try deallocateDiscarded()
      for queries in rounds { sent.append(try send(queries)) }
      try drainUnanswered()
      roundTrips += 1
    } catch {
      loss = error
    }
    for (round, queries) in rounds.enumerated() {
      let outcome = Result { if let loss { throw loss } else { try receive(sent[round], of: queries) } }
      if case .failure(let error) = outcome {
        isFlawless = false
        if !isUsable, loss == nil { loss = error as? ConnectionLoss ?? lost() }
      }
      answer(round, outcome)
    }
    statements.tidy(failed: !isFlawless)
  }

  /// Refuses what cannot be sent.
  static func validate(_ queries: [Query]) throws {
    for (index, query) in queries.enumerated() {
      if let failure = query.failure { throw PostgresError.encoding(failure) }
      if query.types.count > 65_535 { throw PostgresError.misuse("statement \(index) has more than 65,535 values") }
    }
  }

  /// Sends statements whose answers nobody needs, and doesn't wait: they are read before the next round trip's.
  func sendDetached(_ queries: [Query]) throws {
    unanswered.append(try send(queries))
  }

  /// Reads the answers to what was sent along.
  func drainUnanswered() throws {
    while let steps = unanswered.first {
      for step in steps {
        let result = try onlyResult()
        // A COMMIT that failed would leave the next job within this one's transaction. DEALLOCATE may fail: what the
        // session has forgotten by itself (DISCARD ALL) is gone as well.
        if case .other = step { continue }
        guard result.status == PGRES_COMMAND_OK else { throw lost() }
        if case .prepare(let statement, _) = step { statement.isPrepared = true }
      }
      try receiveSync()
      unanswered.removeFirst()
    }
  }

  private func send(_ queries: [Query]) throws -> [PipelineStep] {
    var steps: [PipelineStep] = []
    steps.reserveCapacity(queries.count + 1)
    for (index, query) in queries.enumerated() {
      let (statement, isNew) = statements.use(query)
      if isNew {
        try check(
          query.types.withUnsafeBufferPointer {
            PQsendPrepare(handle, statement.name, query.sql, Int32($0.count), $0.baseAddress)
          })
        steps.append(.prepare(statement, query: index))
      }
      try check(
        scratch.with(query) { count, values, lengths, formats in
          PQsendQueryPrepared(handle, statement.name, count, values, lengths, formats, 1)
        })
      steps.append(.execute(query: index, cached: statement.isPrepared))
    }
    try check(PQpipelineSync(handle))
    return steps
  }

  private func receive(_ steps: [PipelineStep], of queries: [Query]) throws -> [Rows] {
    var rows: [Rows] = []
    rows.reserveCapacity(queries.count)
    var failure: (any Error)?
    do {
      for step in steps {
        let result = try onlyResult()
        switch (result.status, step) {
        case (PGRES_PIPELINE_ABORTED, _):
          continue
        case (PGRES_COMMAND_OK, .prepare(let statement, _)):
          statement.isPrepared = true
        case (PGRES_TUPLES_OK, .execute(let query, _)), (PGRES_COMMAND_OK, .execute(let query, _)),
          (PGRES_EMPTY_QUERY, .execute(let query, _)):
          rows.append(Rows(result, statement: queries[query].sql))
        case (PGRES_FATAL_ERROR, .prepare(_, let query)):
          let error = try error(in: result, of: queries, at: query, cached: false)
          failure = failure ?? error
        case (PGRES_FATAL_ERROR, .execute(let query, let cached)):
          let error = try error(in: result, of: queries, at: query, cached: cached)
          failure = failure ?? error
        default:
          isBroken = true
          throw PostgresError.misuse("an answer that no statement asked for")
        }
      }
      try receiveSync()
    } catch let loss as ConnectionLoss {
      // A statement failed before the connection did: then nothing behind it ran, and its error says more.
      throw failure.map(Self.final) ?? loss
    }
    if let failure { throw failure }
    return rows
  }

  /// An error behind which the connection is gone, so that preparing anew is no option.
  private static func final(_ error: any Error) -> any Error {
    (error as? StaleStatement).map { PostgresError.server($0.error) } ?? error
  }

  private func error(in result: ResultHandle, of queries: [Query], at index: Int, cached: Bool) throws -> any Error {
    let error = result.serverError(statement: queries[index].sql, index: index)
    let isReported = error.severity == "FATAL" || error.severity == "PANIC"
    if isReported || !isUsable {
      isBroken = true
      throw ConnectionLoss(reason: error.message, reportedAt: isReported ? index : nil)
    }
    let isStale = cached && (error.sqlState == .featureNotSupported || error.sqlState == .invalidStatementName)
    return isStale ? StaleStatement(error: error) : PostgresError.server(error)
  }

  /// Tells the server to forget what the cache has dropped, in a Sync of its own so that nothing else can fail by it.
  private func deallocateDiscarded() throws {
    guard !statements.discarded.isEmpty else { return }
    try drainUnanswered()
    guard transactionState == .idle else { return }
    let names = statements.takeDiscarded()
    for name in names {
      try check(PQsendQueryParams(handle, "DEALLOCATE \(name)", 0, nil, nil, nil, nil, 1))
    }
    try check(PQpipelineSync(handle))
    unanswered.append(names.map { _ in .other })
  }
}
