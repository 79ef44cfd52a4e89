import Synchronization

/// Counts requests: for metrics, and to see what a shutdown waits for.
public final class RequestCounters: Sendable {
  private let active = Atomic<Int>(0)
  private let succeeded = Atomic<Int>(0)
  private let refused = Atomic<Int>(0)
  private let failed = Atomic<Int>(0)

  /// Requests whose answer is being made. A streamed body that is still being sent no longer counts.
  public var inFlight: Int { active.load(ordering: .relaxed) }
  /// Answers below 400.
  public var successes: Int { succeeded.load(ordering: .relaxed) }
  /// Answers from 400 to 499.
  public var refusals: Int { refused.load(ordering: .relaxed) }
  /// Answers from 500 on.
  public var failures: Int { failed.load(ordering: .relaxed) }

  func begin() {
    active.add(1, ordering: .relaxed)
  }

  func end(status: Int) {
    active.subtract(1, ordering: .relaxed)
    switch status {
    case ..<400: succeeded.add(1, ordering: .relaxed)
    case ..<500: refused.add(1, ordering: .relaxed)
    default: failed.add(1, ordering: .relaxed)
    }
  }
}
