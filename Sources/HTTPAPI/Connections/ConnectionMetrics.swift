/// Counts connections, for metrics.
public final class ConnectionMetrics: Sendable {
  let open = AtomicCount()
  /// Refused by the parser or by `RequestScreen`, or for want of a place.
  let refused = AtomicCount()
  /// Ended because a header or body did not come in time.
  let timedOut = AtomicCount()

  init() {}
}
