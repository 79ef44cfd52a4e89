/// What is known of an issuer's keys, and when they are asked for again. Values in, values out: `IssuerKeys` acts.
struct KeyState {
  typealias Instant = ContinuousClock.Instant

  /// How long things last.
  struct Timing: Sendable {
    /// Between two attempts while the issuer is away, and between two that tokens with unknown keys cause: forged key ids
    /// must not turn into requests to the issuer. A real rotation that comes during a flood waits no longer than this.
    var pause = Duration.seconds(30)
    /// How old keys get where the issuer says nothing.
    var age = Duration.seconds(600)
    /// What the issuer's `max-age` is held to: a withdrawn key counts no longer than the longer bound.
    var ageLimits = Duration.seconds(60)...Duration.seconds(3600)
    /// How long keys that could not be loaded anew go on counting.
    var outage = Duration.seconds(4 * 3600)
  }

  private let timing: Timing
  private var keys: KeySet?
  private var document: [UInt8] = []
  /// How often the keys have changed: tokens verified with older ones are verified again.
  private var changes = 0
  private var loadedAt: Instant?
  private var loadAfter: Instant?
  private var attemptedAt: Instant?
  private var demandedAt: Instant?
  /// Whether the last attempt failed.
  private(set) var isAway = false

  init(_ timing: Timing) {
    self.timing = timing
  }

  /// The keys that count; nil when there never were any, or those there are have not been confirmed for too long.
  func usable(at now: Instant) -> KeySet? {
    guard let loadedAt, now - loadedAt < timing.outage else { return nil }
    return keys
  }

  /// What tokens verified with the usable keys are remembered under; no two sets of keys have the same, and no keys none.
  func generation(at now: Instant) -> Int? {
    usable(at: now).map { _ in changes }
  }

  /// When keys are to be loaded next; nil for at once.
  var nextLoad: Instant? {
    guard let attemptedAt else { return nil }
    return isAway ? attemptedAt + timing.pause : loadAfter
  }

  /// Whether a token that can't be judged may have the keys loaded now; counts as asked when it may.
  mutating func demand(at now: Instant) -> Bool {
    // Without keys every token asks, and any attempt was for all of them: it is nothing that a later rotation waits for.
    guard usable(at: now) != nil else { return attemptedAt.map { now - $0 >= timing.pause } ?? true }
    if let demandedAt, now - demandedAt < timing.pause { return false }
    demandedAt = now
    return true
  }

  /// An attempt begins.
  mutating func begin(at now: Instant) {
    attemptedAt = now
  }

  /// - Returns: whether the issuer was away before.
  mutating func succeeded(_ keys: KeySet, document: [UInt8], goodFor: Duration?, at now: Instant) -> Bool {
    if self.document != document || self.keys == nil { changes += 1 }
    let age = goodFor.map { min(max($0, timing.ageLimits.lowerBound), timing.ageLimits.upperBound) }
    (self.keys, self.document, loadedAt, loadAfter) = (keys, document, now, now + (age ?? timing.age))
    defer { isAway = false }
    return isAway
  }

  /// - Returns: whether this is the first failure in a row.
  mutating func failed() -> Bool {
    defer { isAway = true }
    return !isAway
  }
}
