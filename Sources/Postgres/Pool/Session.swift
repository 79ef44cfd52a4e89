import Logging

/// A worker's side of its connection: makes it when first needed, replaces it when dead. Lives on the worker's thread.
final class Session {
  private let configuration: ConnectionConfiguration
  private let counters: MetricsCounters
  private var connection: Connection?
  private var cancelHandle: CancelHandle?
  private var lastUsed = ContinuousClock.now
  private var countedRoundTrips = 0

  /// A connection that rested for so long is looked at before use: one poll, saved under load.
  private static let restBeforeCheck = Duration.milliseconds(100)

  init(configuration: ConnectionConfiguration, counters: MetricsCounters) {
    self.configuration = configuration
    self.counters = counters
  }

  /// A connection that seems good, for the job.
  func acquire(for job: JobControl) throws -> Connection {
    if let connection, lastUsed.duration(to: .now) > Self.restBeforeCheck, !connection.isAliveAfterIdling() {
      discard()
    }
    let connection = try self.connection ?? connect()
    try job.attach(cancelHandle)
    return connection
  }

  /// A new connection in place of a dead one, for the same job.
  func replace(for job: JobControl) throws -> Connection {
    try job.attach(nil)
    discard()
    return try acquire(for: job)
  }

  /// Ends a job's use of the connection, which stays only if its session is clean.
  func release() {
    guard let connection else { return }
    countRoundTrips()
    lastUsed = .now
    // Behind statements sent along without waiting the state is not known yet; those are COMMITs of reads only.
    if !connection.isUsable || (connection.unanswered.isEmpty && connection.transactionState != .idle) { discard() }
  }

  /// Brings the counter up to date, before who waits is resumed and may look at it.
  func countRoundTrips() {
    guard let connection, connection.roundTrips != countedRoundTrips else { return }
    counters.roundTrips.count(connection.roundTrips - countedRoundTrips)
    countedRoundTrips = connection.roundTrips
  }

  /// Closes the connection.
  func discard() {
    if let connection, !connection.isUsable { configuration.logger.info("database connection lost, will be replaced") }
    connection = nil
    cancelHandle = nil
  }

  private func connect() throws -> Connection {
    let new = try Connection(configuration)
    counters.connections.count()
    countedRoundTrips = new.roundTrips
    cancelHandle = CancelHandle(new.handle)
    connection = new
    return new
  }
}
