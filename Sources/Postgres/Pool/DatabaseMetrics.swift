import Synchronization

/// Counters of a ``Database`` since it was made.
public struct DatabaseMetrics: Hashable, Sendable {
  /// Waits for an answer of the server.
  public let roundTrips: Int
  /// Connections made.
  public let connections: Int
  /// Jobs that were run to an end, good or bad.
  public let jobs: Int
  /// Jobs refused because the queue was full, or failed because they waited too long.
  public let refused: Int
  /// Jobs that wait now.
  public let queued: Int
  /// Connections' threads that have nothing to do now.
  public let idle: Int
}

/// The counters themselves.
final class MetricsCounters: Sendable {
  let roundTrips = Atomic(0)
  let connections = Atomic(0)
  let jobs = Atomic(0)
  let refused = Atomic(0)
}

extension Atomic where Value == Int {
  func count(_ amount: Int = 1) {
    _ = wrappingAdd(amount, ordering: .relaxed)
  }

  var value: Int { load(ordering: .relaxed) }
}
