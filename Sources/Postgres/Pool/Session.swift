import Logging

/// A worker's side of its connection: makes it when first needed, replaces it when dead. Lives on the worker's thread.
final class Session {
  private let configuration: ConnectionConfiguration
  private let counters: MetricsCounters
  private let outage: Outage
  private var connection: Connection?
  private var cancelHandle: CancelHandle?
  private var lastUsed = ContinuousClock.now
  private var countedRoundTrips = 0

  /// A connection that rested for so long is looked at before use: one poll, saved under load.
  private static let restBeforeCheck = Duration.milliseconds(100)

  init(configuration: ConnectionConfiguration, counters: MetricsCounters, outage: Outage) {
    self.configuration = configuration
    self.counters = counters
    self.outage = outage
  }

  /// A connection that seems good, for the job.
  ///
  /// - Throws: ``PostgresError/connectionFailed(_:)``, at once while the server is known to keep silent.
  func acquire(for job: JobControl) throws -> Connection {
    if try outage.isTurnToAsk() {
      discard()
      try connect(within: Outage.patience)
    }
    if let connection, lastUsed.duration(to: .now) > Self.restBeforeCheck, !connection.isAliveAfterIdling() {
      discard()
    }
    let connection = try self.connection ?? connect(within: configuration.connectTimeout)
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
  ///
  /// - Parameter isReusable: false when something may still be on its way to the connection.
  func release(isReusable: Bool) {
    guard let connection else { return }
    countRoundTrips()
    lastUsed = .now
    // Behind statements sent along without waiting the state is not known yet; those are COMMITs of reads only.
    let isClean = connection.isUsable && (!connection.unanswered.isEmpty || connection.transactionState == .idle)
    if !isClean || !isReusable { discard() }
    // One connection was frozen, or the whole server: asking tells, and spares others the same wait.
    if connection.isSilent { _ = try? connect(within: Outage.patience) }
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

  @discardableResult
  private func connect(within bound: Duration) throws -> Connection {
    var configuration = configuration
    configuration.connectTimeout = min(bound, configuration.connectTimeout)
    let new = try outage.observing { try Connection(configuration) }
    counters.connections.count()
    countedRoundTrips = new.roundTrips
    cancelHandle = CancelHandle(new.handle)
    connection = new
    lastUsed = .now
    return new
  }
}
