/// The round trips of one transaction, shared by ``ReadTransaction`` and ``WriteTransaction``.
final class TransactionCore {
  private let session: Session
  private let job: JobControl
  private(set) var connection: Connection
  /// BEGIN and the preamble: sent with the first round trip.
  private let opening: [Query]
  private var hasBegun = false
  /// Statements whose answers nobody needs: sent with the next round trip.
  private(set) var pending: [Query] = []
  /// The error that put the transaction into its failed state.
  private(set) var failure: (any Error)?
  /// Whether the closure that was given the transaction has returned.
  private var isOver = false
  private var savepoints = 0
  private var roundTrips = 0

  init(session: Session, job: JobControl, opening: [Query]) throws {
    self.session = session
    self.job = job
    self.opening = opening
    connection = try session.acquire(for: job)
  }

  func enqueue(_ query: Query) throws {
    try guardUse()
    if let failure = query.failure { throw PostgresError.encoding(failure) }
    pending.append(query)
  }

  /// Sends what is queued, then these, and waits.
  /// - Returns: the results of these alone.
  func pipeline(_ queries: [Query]) throws -> [Rows] {
    try guardUse()
    for case let failure? in queries.map(\.failure) { throw PostgresError.encoding(failure) }
    return try send(queries, isClosing: false)
  }

  /// Sends what is queued, so that the transaction has begun and nothing waits.
  func flush() throws {
    try guardUse()
    if !hasBegun || !pending.isEmpty { _ = try send([], isClosing: false) }
  }

  /// Sends what is queued with COMMIT.
  func commit() throws {
    isOver = true
    if let failure {
      rollback()
      throw failure
    }
    guard hasBegun || !pending.isEmpty else { return }
    do {
      let outcome = try send([Self.commitStatement], isClosing: true)
      guard outcome.last?.handle.commandTag == "COMMIT" else {
        throw PostgresError.misuse("the closure ended its transaction itself")
      }
    } catch {
      rollback()
      throw error
    }
  }

  /// Ends a transaction that changed nothing: COMMIT goes out, its answer is read before the connection's next one.
  func commitRead() {
    isOver = true
    guard hasBegun, connection.isUsable else { return }
    job.detach()
    if connection.transactionState == .failed {
      rollback()
    } else {
      // A connection that cannot even send is found out when it is released.
      try? connection.sendDetached([Self.commitStatement])
    }
  }

  /// Undoes everything. A connection on which this fails is not used again.
  func rollback() {
    isOver = true
    pending = []
    guard connection.isUsable else { return }
    job.detach()
    switch connection.transactionState {
    case .open, .failed: _ = try? connection.attempt(["ROLLBACK"])
    case .idle, .busy, .lost: break
    }
  }

  /// Runs a part that can be undone on its own.
  func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
    savepoints += 1
    let number = savepoints
    let begin = pending.count
    try enqueue(Query(unchecked: "SAVEPOINT s\(number)"))
    let trips = roundTrips
    do {
      let result = try body()
      // The queued statements go now, so that their failure still belongs to this savepoint.
      _ = try pipeline([Query(unchecked: "RELEASE SAVEPOINT s\(number)")])
      return result
    } catch {
      if roundTrips == trips {
        pending.removeSubrange(begin...)
      } else {
        try undo(savepoint: number, after: error)
      }
      throw error
    }
  }

  private func undo(savepoint number: Int, after error: any Error) throws {
    pending = []
    guard connection.isUsable, !job.isCancelled else { throw error }
    do {
      _ = try connection.attempt([
        Query(unchecked: "ROLLBACK TO SAVEPOINT s\(number)"), Query(unchecked: "RELEASE SAVEPOINT s\(number)"),
      ])
      failure = nil
    } catch {
      // The savepoint itself was never reached; the transaction stays failed.
      failure = failure ?? error
    }
  }

  private static let commitStatement: Query = "COMMIT"

  private func guardUse() throws {
    guard !isOver else { throw PostgresError.misuse("the transaction is over") }
    if job.isCancelled { throw CancellationError() }
  }

  private func send(_ queries: [Query], isClosing: Bool) throws -> [Rows] {
    if job.isCancelled { throw CancellationError() }
    let ahead = (hasBegun ? [] : opening) + pending
    pending = []
    roundTrips += 1
    do {
      let rows = try exchange(ahead + queries, isClosing: isClosing)
      hasBegun = true
      return Array(rows.dropFirst(ahead.count))
    } catch {
      let error = Self.shift(error, by: ahead.count, count: isClosing ? 0 : queries.count)
      hasBegun = true
      failure = failure ?? error
      throw error
    }
  }

  /// One round trip, a second time where the first surely had no effect.
  private func exchange(_ batch: [Query], isClosing: Bool) throws -> [Rows] {
    do {
      return try connection.attempt(batch)
    } catch is StaleStatement where !hasBegun {
      _ = try connection.attempt(["ROLLBACK"])
      return try connection.attempt(batch)
    } catch let loss as ConnectionLoss {
      // The server ends a connection in order: if it said so before COMMIT's turn, it did not commit.
      let committing = isClosing && !(loss.reportedAt.map { $0 < batch.count - 1 } ?? false)
      if committing { throw PostgresError.commitUnknown(loss.reason) }
      guard !hasBegun, !loss.isSilence else { throw loss }
      connection = try session.replace(for: job)
      do {
        return try connection.attempt(batch)
      } catch let loss as ConnectionLoss where isClosing {
        throw PostgresError.commitUnknown(loss.reason)
      }
    }
  }

  /// Counts a server error's index from the caller's first statement; none for what was sent along.
  private static func shift(_ error: any Error, by count: Int, count own: Int) -> any Error {
    var server: ServerError
    switch error {
    case PostgresError.server(let error): server = error
    case let stale as StaleStatement: server = stale.error
    case let loss as ConnectionLoss: return PostgresError.connectionLost(loss.reason)
    default: return error
    }
    let index = server.index.map { $0 - count }
    server.index = index.flatMap { $0 >= 0 && $0 < own ? $0 : nil }
    return PostgresError.server(server)
  }
}
