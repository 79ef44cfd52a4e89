import Synchronization

/// Counts requests, to see what a shutdown waits for.
public final class RequestCounters: Sendable {
  private let active = Atomic<Int>(0)

  /// Requests whose answer is being made. A streamed body that is still being sent no longer counts.
  public var inFlight: Int { active.load(ordering: .relaxed) }

  func begin() {
    active.add(1, ordering: .relaxed)
  }

  func end() {
    active.subtract(1, ordering: .relaxed)
  }
}
