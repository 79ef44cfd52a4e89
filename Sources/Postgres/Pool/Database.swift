/// PostgreSQL for the rest of the service: a bounded queue in front of a few connections, each with a thread of its own.
///
/// A unit of work is one synchronous closure that holds a whole transaction. It runs on a connection's thread, so it may
/// block there but cannot suspend while it holds locks; it must not wait for another job of the same database.
///
/// Cancellation: when the awaiting task is cancelled, a job that waits never runs, a running statement is cancelled on
/// the server and its transaction rolled back. The call then throws `CancellationError`. A COMMIT that has succeeded
/// stays a success.
///
/// Retries: a job is sent again, once, only when its connection proves dead before the server answered its first round
/// trip, and that held no COMMIT. Closures are never run twice.
///
/// Sharing: while all connections are busy, those ``readOnce(_:_:)`` that wait next to each other go out together, each
/// in a transaction of its own. One that a neighbour's cancellation or failed preparation has hit is sent again, alone.
///
/// A frozen server (sockets open, no answers) holds a job no longer than the statement timeout and some slack: then its
/// connection is given up and the job fails. While the server keeps silent, further jobs fail at once.
public final class Database: Sendable {
  let pool: Pool
  let requireOneFunction: String

  /// Starts the threads; connections are made when first needed.
  /// - Precondition: at least one connection; the name of `requireOneFunction` is a plain or qualified SQL name.
  public init(_ configuration: Configuration) {
    precondition(configuration.connections > 0, "a database needs a connection")
    precondition(configuration.sharedReads > 0, "a round trip is of at least one read")
    precondition(
      configuration.requireOneFunction.allSatisfy {
        $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".")
      },
      "not the name of a function")
    requireOneFunction = configuration.requireOneFunction
    pool = Pool(
      connections: configuration.connections, maximumQueued: configuration.maximumQueued,
      queueDeadline: configuration.queueDeadline, maximumShared: configuration.sharedReads,
      configuration: configuration.session)
  }

  deinit {
    pool.close()
  }

  /// Counters, for metrics and tests.
  public var metrics: DatabaseMetrics {
    let (queued, idle) = pool.occupancy
    let counters = pool.counters
    return DatabaseMetrics(
      roundTrips: counters.roundTrips.value, connections: counters.connections.value, jobs: counters.jobs.value,
      refused: counters.refused.value, queued: queued, idle: idle)
  }

  /// Refuses new jobs at once, lets running ones end, fails those that still wait after the grace period with
  /// ``PostgresError/shutDown``, and closes the connections. Returns when every connection is closed; running statements
  /// are bounded by the statement timeout.
  public func shutdown(grace: Duration = .seconds(5)) async {
    await pool.shutdown(grace: grace)
  }

  /// Runs work on a connection's thread, with the connection for itself.
  func perform<Result: Sendable>(
    _ work: @escaping @Sendable (Session, JobControl) throws -> Result
  ) async throws -> Result {
    try await submit { control, continuation in
      .alone { session in
        let outcome = Swift.Result { try work(session, control) }
        session.release(isReusable: control.finish())
        continuation.resume(with: outcome.mapError { Self.translate($0, control) })
      }
    }
  }

  /// Runs read-only statements in one round trip, which those of others may share if `sharing` says so.
  func performRead<Result: Sendable>(
    _ queries: [Query], sharing: Bool, _ decode: @escaping @Sendable ([Rows]) throws -> Result
  ) async throws -> Result {
    try Connection.validate(queries)
    return try await submit { control, continuation in
      let read = SharedRead(control: control, queries: queries) { outcome in
        let rows = outcome.mapError { Self.translate($0, control) }
        continuation.resume(with: Swift.Result { try decode(rows.get()) })
      }
      return sharing ? .shared(read) : .alone { session in session.run([read]) }
    }
  }

  private func submit<Result: Sendable>(
    _ work: (JobControl, CheckedContinuation<Result, any Error>) -> Job.Work
  ) async throws -> Result {
    let control = JobControl()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        pool.submit(
          Job(
            control: control, queuedAt: .now, work: work(control, continuation),
            fail: { continuation.resume(throwing: $0) }))
      }
    } onCancel: {
      pool.cancel(control)
    }
  }

  /// An error as the caller is told it.
  private static func translate(_ error: any Error, _ control: JobControl) -> any Error {
    switch error {
    case let loss as ConnectionLoss: PostgresError.connectionLost(loss.reason)
    case let stale as StaleStatement: PostgresError.server(stale.error)
    case PostgresError.server(let server) where server.sqlState == .queryCanceled && control.isCancelled:
      CancellationError()
    default: error
    }
  }
}
