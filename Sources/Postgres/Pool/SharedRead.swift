/// Read-only statements of one round trip, in a transaction of their own.
struct SharedRead: Sendable {
  let control: JobControl
  let queries: [Query]
  /// Decodes the results and resumes who waits. Called once, when the connection is done with the job.
  let finish: @Sendable (Result<[Rows], any Error>) -> Void

  /// Lets go of the connection and hands the results over.
  /// - Returns: whether the connection may be used on; see ``JobControl/finish()``.
  @discardableResult
  func end(_ outcome: Result<[Rows], any Error>) -> Bool {
    defer { finish(outcome) }
    return control.finish()
  }
}

extension Session {
  /// Runs the reads, in one round trip if they are several.
  ///
  /// Under load that is what makes the difference: the server finds the next statements in its socket when it has
  /// answered the ones before, and neither side goes to sleep in between. Each read keeps its own Sync, so its own
  /// transaction, settings and errors; what a neighbour could still do to it is undone by sending it again, alone.
  /// Returns when everybody has been answered.
  func run(_ reads: [SharedRead]) {
    guard reads.count > 1 else {
      for read in reads { runAlone(read) }
      return
    }
    for (read, isLast) in runTogether(reads) { runAlone(read, isLastAttempt: isLast) }
  }

  /// - Parameter isLastAttempt: whether the read has been lost with a connection before.
  private func runAlone(_ read: SharedRead, isLastAttempt: Bool = false) {
    let outcome = Result {
      do {
        return try acquire(for: read.control).attempt(read.queries)
      } catch let loss as ConnectionLoss where !isLastAttempt && !loss.isSilence {
        // Read-only, so nothing was in effect, and nobody has seen a result.
        return try replace(for: read.control).attempt(read.queries)
      }
    }
    release(isReusable: read.control.finish())
    read.finish(outcome)
  }

  /// - Returns: the reads that have to be sent again.
  private func runTogether(_ reads: [SharedRead]) -> [(SharedRead, isLastAttempt: Bool)] {
    let (connection, admitted) = admit(reads)
    guard let connection else { return [] }
    var again: [(SharedRead, isLastAttempt: Bool)] = []
    var isReusable = true
    connection.exchange(admitted.map(\.queries)) { index, outcome in
      let read = admitted[index]
      countRoundTrips()
      if case .failure(let error) = outcome, Self.isForeign(error, to: read, among: admitted) {
        // From here on a cancel of this read must not hit the connection, which works for others.
        read.control.detach()
        if read.control.isCancelled { isReusable = false }
        again.append((read, isLastAttempt: error is ConnectionLoss))
      } else if !read.end(outcome) {
        isReusable = false
      }
    }
    release(isReusable: isReusable)
    return again
  }

  /// A connection, and those of the reads that nobody has cancelled; the others have been answered.
  private func admit(_ reads: [SharedRead]) -> (Connection?, [SharedRead]) {
    var admitted: [SharedRead] = []
    var connection: Connection?
    for (index, read) in reads.enumerated() {
      do {
        connection = try acquire(for: read.control)
        admitted.append(read)
      } catch is CancellationError {
        read.end(.failure(CancellationError()))
      } catch {
        // Without a connection for one there is none for the others; each trying for itself would take its time.
        for read in admitted + reads[index...] { read.end(.failure(error)) }
        return (nil, [])
      }
    }
    return (connection, admitted)
  }

  /// Whether an error may be another's doing than the read's own.
  private static func isForeign(_ error: any Error, to read: SharedRead, among neighbours: [SharedRead]) -> Bool {
    switch error {
    case let loss as ConnectionLoss: !loss.isSilence
    case is StaleStatement: true
    // It relied on a preparation that a neighbour's error kept from happening.
    case PostgresError.server(let server) where server.sqlState == .invalidStatementName: true
    // The request to cancel a neighbour came when that one was over already. (A timeout is the read's own.)
    case PostgresError.server(let server) where server.sqlState == .queryCanceled && !read.control.isCancelled:
      neighbours.contains { $0.control.isCancelled }
    default: false
    }
  }
}
