import CLibPQ

extension Connection {
  private static let copyChunk = 1 << 16
  /// The signature, no flags, no extension.
  private static let copyHeader = Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0] + [0, 0, 0, 0] + [0, 0, 0, 0]

  /// Runs COPY … FROM STDIN in binary format, which needs libpq outside its pipeline mode.
  func copyIn(_ statement: String, _ next: (inout [UInt8]) throws -> Bool) throws -> Int {
    try withoutPipeline {
      try check(PQsendQuery(handle, statement))
      guard let first = try nextResult() else { throw lost() }
      let start = ResultHandle(first)
      guard start.status == PGRES_COPY_IN else { throw try refusal(start, statement) }
      let failure = try sendCopy(next, isBinary: PQbinaryTuples(start.result) == 1)
      let results = try remainingResults()
      roundTrips += 1
      if let failure { throw failure }
      if let bad = results.first(where: { $0.status == PGRES_FATAL_ERROR }) { throw try refusal(bad, statement) }
      return results.first.flatMap { Int(String(cString: PQcmdTuples($0.result))) } ?? 0
    }
  }

  /// Runs statements in the simple protocol: several in one text, no parameters. For migrations.
  func executeSimply(_ sql: String) throws {
    try withoutPipeline {
      try check(PQsendQuery(handle, sql))
      let results = try remainingResults()
      roundTrips += 1
      if let bad = results.first(where: { $0.status == PGRES_FATAL_ERROR }) { throw try refusal(bad, sql) }
    }
  }

  private func withoutPipeline<Result>(_ body: () throws -> Result) throws -> Result {
    try drainUnanswered()
    try check(PQexitPipelineMode(handle))
    let outcome = Swift.Result { try body() }
    if isUsable, PQenterPipelineMode(handle) != 1 { isBroken = true }
    return try outcome.get()
  }

  /// - Returns: the error of the caller's side that ended the copy early.
  private func sendCopy(_ next: (inout [UInt8]) throws -> Bool, isBinary: Bool) throws -> (any Error)? {
    do {
      guard isBinary else { throw PostgresError.misuse("COPY needs (FORMAT binary)") }
      var buffer = Self.copyHeader
      while try next(&buffer) {
        if buffer.count >= Self.copyChunk { try put(&buffer) }
      }
      buffer.appendBigEndian(Int16(-1))
      try put(&buffer)
      try check(PQputCopyEnd(handle, nil))
      return nil
    } catch let loss as ConnectionLoss {
      throw loss
    } catch {
      try check(PQputCopyEnd(handle, "the sender gave up"))
      return error
    }
  }

  /// Hands over a chunk and waits until it is sent, so that a fast source cannot fill the memory.
  private func put(_ buffer: inout [UInt8]) throws {
    let outcome = buffer.withUnsafeBytes {
      PQputCopyData(handle, $0.bindMemory(to: CChar.self).baseAddress, Int32($0.count))
    }
    try check(outcome)
    buffer.removeAll(keepingCapacity: true)
    while true {
      let unsent = PQflush(handle)
      if unsent == 0 { return }
      guard unsent > 0, try wait() else { throw lost() }
    }
  }

  private func remainingResults() throws -> [ResultHandle] {
    var results: [ResultHandle] = []
    while let result = try nextResult() {
      let handle = ResultHandle(result)
      // A copy within a text of several statements has nobody to feed it.
      if handle.status == PGRES_COPY_IN || handle.status == PGRES_COPY_OUT {
        isBroken = true
        throw PostgresError.misuse("COPY is not possible here")
      }
      results.append(handle)
    }
    return results
  }

  private func refusal(_ result: ResultHandle, _ statement: String) throws -> PostgresError {
    let error = result.serverError(statement: statement, index: nil)
    // The command's end has to be read before the next command.
    if isUsable { _ = try remainingResults() }
    if error.severity != "ERROR" || !isUsable {
      isBroken = true
      throw ConnectionLoss(reason: error.message, reportedAt: nil)
    }
    return .server(error)
  }
}
