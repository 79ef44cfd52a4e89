import Lifecycle
import Synchronization

/// Why a stream ends: what its last event says. A code.
public enum StreamEnd: String, Sendable, CaseIterable {
  /// The right to read the space has ended: by a boundary, a removal, an erasure. Which of these is not told.
  case noAccess
  /// The token that opened the stream has expired.
  case tokenExpired
  /// This copy of the service is stopping; another stream may be opened at once.
  case shutdown
}

/// One listener's place in the hub: what it has to do next, and nothing of what happened. However slow the listener is,
/// this is all that waits for it.
final class StreamSlot: Sendable {
  enum Signal: Equatable {
    case news, heartbeat, hungUp
    case end(StreamEnd)
  }

  /// What the listener's last look found; the database is compared with it.
  private struct Known {
    let position: Int
    let visibleUntil: Instant
  }

  private struct State {
    var known: Known?
    var hasNews = false
    var isSilent = false
    var lastSent = ContinuousClock.now
    /// `hungUp` or `end`, once it is decided.
    var last: Signal?
  }

  let space: ID<Space>
  let principal: ID<Caller>
  private let tokenExpiresAt: Instant
  private let state = Mutex(State())
  private let wakeUp = WakeUp()

  init(space: ID<Space>, principal: ID<Caller>, tokenExpiresAt: Instant) {
    self.space = space
    self.principal = principal
    self.tokenExpiresAt = tokenExpiresAt
  }

  /// What to do next; waits until there is something. An end comes before news, and news before a heartbeat.
  func next() async throws(CancellationError) -> Signal {
    while true {
      if Task.isCancelled { throw CancellationError() }
      if let signal = take() { return signal }
      await wakeUp.wait()
    }
  }

  private func take() -> Signal? {
    state.withLock { state in
      if let last = state.last { return last }
      if state.hasNews {
        state.hasNews = false
        return .news
      }
      defer { state.isSilent = false }
      return state.isSilent ? .heartbeat : nil
    }
  }

  /// There may be news.
  func ring() {
    state.withLock { $0.hasNews = true }
    wakeUp.ring()
  }

  /// Nothing more is to be sent. The first end counts.
  func finish(_ last: Signal) {
    state.withLock { $0.last = $0.last ?? last }
    wakeUp.ring()
  }

  /// The listener has looked.
  func learned(position: Int, visibleUntil: Instant) {
    state.withLock { $0.known = Known(position: position, visibleUntil: visibleUntil) }
  }

  /// The listener could not look: the next comparison wakes it again.
  func unlearn() {
    state.withLock { $0.known = nil }
  }

  /// Something went out.
  func sent() {
    state.withLock { $0.lastSent = .now }
  }

  /// Whether the database has something else than the listener has seen.
  func differs(position: Int?, visibleUntil: Instant?) -> Bool {
    state.withLock { state in
      guard let known = state.known else { return true }
      return known.position != position || known.visibleUntil != visibleUntil
    }
  }

  /// Lets time pass: ends what has had its time, and asks for a heartbeat where it has been quiet for too long.
  ///
  /// - Returns: how long nothing else is to be done.
  func tick(_ now: Instant, heartbeat: Duration) -> Duration {
    let (rest, isDue): (Duration, Bool) = state.withLock { state in
      guard state.last == nil else { return (heartbeat, false) }
      let visibleUntil = state.known?.visibleUntil ?? .distantFuture
      if now >= min(visibleUntil, tokenExpiresAt) {
        state.last = .end(visibleUntil <= tokenExpiresAt ? .noAccess : .tokenExpired)
        return (heartbeat, true)
      }
      let quiet = state.lastSent.duration(to: .now)
      // Asked for once; the next is due when this one is out.
      let asks = quiet >= heartbeat && !state.isSilent
      state.isSilent = state.isSilent || asks
      let untilHeartbeat = quiet >= heartbeat ? heartbeat : heartbeat - quiet
      return (min(untilHeartbeat, now.duration(to: min(visibleUntil, tokenExpiresAt))), asks)
    }
    if isDue { wakeUp.ring() }
    return rest
  }
}
