public import Lifecycle
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// The service's one clock: everything about people's time asks it. Timeouts and rate limits use monotonic time instead.
///
/// In production it is the system's clock, and transactions are told how far it is behind the database's, so that now is
/// the earlier of the two. With `--dev` the database holds a shift that moves both.
public final class GuidanceClock: Sendable {
  /// Whether this is a development clock, whose shift lives in the database.
  public let isMovable: Bool
  private let state: Mutex<State>

  private struct State {
    /// The development shift as last read, in microseconds.
    var shift: Int64 = 0
    /// The service's clock less the database's, as last measured, in microseconds.
    var skew: Int64 = 0
  }

  /// A clock that reads the system's; `isMovable` with `--dev` only.
  public init(isMovable: Bool) {
    self.isMovable = isMovable
    state = Mutex(State())
  }

  /// Now, as far as this process knows without asking the database: tokens are judged by it.
  public var now: Instant {
    Instant(microseconds: Self.systemMicroseconds + state.withLock(\.shift))
  }

  /// The system's clock, whatever the shift.
  static var systemMicroseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }

  /// How far `instant_now()` is moved from the database's clock in production: back when this clock is behind, never
  /// forward. An interval for `ohj.shift`.
  var shiftSetting: String {
    let skew = state.withLock(\.skew)
    return skew < 0 ? "\(skew) microseconds" : ""
  }

  /// How far the two clocks are apart.
  public var skew: Duration {
    .microseconds(state.withLock(\.skew))
  }

  func setShift(microseconds: Int64) {
    state.withLock { $0.shift = microseconds }
  }

  func setSkew(microseconds: Int64) {
    state.withLock { $0.skew = microseconds }
  }
}
