import Synchronization

/// What a pool's workers know together of a server that takes connections and says nothing: while it lasts, one job now
/// and then asks on a new connection, and every other fails at once instead of waiting for nothing.
final class Outage: Sendable {
  /// When a job may ask next; `nil` while the server answers.
  private let nextQuestion = Mutex<ContinuousClock.Instant?>(nil)

  /// How long a server that is alive takes at most to let a connection in.
  static let patience = Duration.seconds(1)
  private static let pause = Duration.seconds(1)

  /// Whether the server is known to be silent and it falls to the caller to ask it.
  ///
  /// - Throws: ``PostgresError/connectionFailed(_:)`` when it falls to somebody else.
  func isTurnToAsk() throws -> Bool {
    try nextQuestion.withLock { next in
      guard let due = next else { return false }
      let now = ContinuousClock.now
      guard due <= now else { throw PostgresError.connectionFailed("PostgreSQL keeps silent") }
      next = now + Self.patience + Self.pause
      return true
    }
  }

  /// Makes a connection, and learns from how that ends.
  func observing<Result>(_ connect: () throws -> Result) throws -> Result {
    do {
      let result = try connect()
      nextQuestion.withLock { $0 = nil }
      return result
    } catch {
      // A server that refuses does so at once, each time: only silence has to be remembered.
      let isSilence = if case PostgresError.connectionFailed(ConnectionStart.noAnswer) = error { true } else { false }
      nextQuestion.withLock { $0 = isSilence ? .now + Self.pause : nil }
      throw error
    }
  }
}
