/// A moment, in microseconds since 1970-01-01T00:00:00Z, leap seconds not counted: what PostgreSQL's `timestamptz` holds.
///
/// Arithmetic saturates, and the two infinities absorb whatever is added to them.
public struct Instant: InstantProtocol {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public let microseconds: Int64

  /// A moment so many microseconds after (negative: before) 1970-01-01T00:00:00Z.
  public init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// PostgreSQL's `infinity`: later than every moment. The erasure of a restricted space stands here.
  public static let distantFuture = Instant(microseconds: .max)

  /// PostgreSQL's `-infinity`: earlier than every moment.
  public static let distantPast = Instant(microseconds: .min)

  /// Whether this is a moment at all, and not one of the two infinities.
  public var isFinite: Bool { self != .distantFuture && self != .distantPast }

  /// The order of time.
  public static func < (left: Instant, right: Instant) -> Bool {
    left.microseconds < right.microseconds
  }

  /// The moment `duration` later. What a duration has below a microsecond is dropped.
  public func advanced(by duration: Duration) -> Instant {
    guard isFinite else { return self }
    let span = duration.saturatedMicroseconds
    let (sum, overflow) = microseconds.addingReportingOverflow(span)
    guard overflow else { return Instant(microseconds: sum) }
    return span > 0 ? .distantFuture : .distantPast
  }

  /// How long from this moment until `other`; negative when `other` is earlier.
  public func duration(to other: Instant) -> Duration {
    let (difference, overflow) = other.microseconds.subtractingReportingOverflow(microseconds)
    guard overflow else { return .microseconds(difference) }
    return .microseconds(self < other ? Int64.max : Int64.min)
  }

  /// The moment `duration` later.
  public static func + (instant: Instant, duration: Duration) -> Instant { instant.advanced(by: duration) }

  /// The moment `duration` earlier.
  public static func - (instant: Instant, duration: Duration) -> Instant { instant.advanced(by: .zero - duration) }

  /// How long from `earlier` until `later`.
  public static func - (later: Instant, earlier: Instant) -> Duration { earlier.duration(to: later) }
}

extension Duration {
  /// Whole microseconds, towards zero, held within what an `Int64` can count (292,000 years).
  var saturatedMicroseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    let (sum, overflowAgain) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000)
    guard overflow || overflowAgain else { return sum }
    return seconds > 0 ? .max : .min
  }
}
