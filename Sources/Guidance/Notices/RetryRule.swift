import Lifecycle

/// How often and for how long a mail is tried.
enum RetryRule {
  /// The pause after the first failure, before jitter; each further one is twice as long.
  static let first: Duration = .seconds(60)
  /// No pause is longer.
  static let longest: Duration = .seconds(6 * 3600)
  /// From the first attempt, or an operator's retry, to the last.
  static let lifetime: Duration = .seconds(5 * 86_400)
  /// No more attempts than this, whatever the clock says.
  static let mostAttempts = 60

  /// The pause after an attempt: between half and the whole of its length, so that mails which failed together are not
  /// tried together.
  ///
  /// - Parameters:
  ///   - attempt: from 1.
  ///   - chance: 0 up to 1.
  static func pause(after attempt: Int, chance: Double) -> Duration {
    precondition(attempt > 0 && (0...1).contains(chance))
    let doublings = min(attempt - 1, 20)
    let whole = min(longest, first * (1 << doublings))
    return whole * (0.5 + chance / 2)
  }

  /// Whether a failed attempt was the last.
  static func isOver(attempts: Int, giveUpAt: Instant, now: Instant) -> Bool {
    attempts >= mostAttempts || now >= giveUpAt
  }
}
