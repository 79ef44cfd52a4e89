import Guidance
import Lifecycle
import Logging
import ServiceLifecycle

/// Does what is due whenever something is, and looks now and then for what other copies have planned.
protocol DueService: Service {
  var store: GuidanceStore { get }
  var logger: Logger { get }
  /// How long it sleeps at least and at most, where nothing fails.
  static var sleep: ClosedRange<Duration> { get }
  static var afterFailure: Duration { get }
  /// What has failed, for the log: `notices were not sent`.
  static var failure: String { get }

  /// Does what is due.
  ///
  /// - Returns: how long to sleep.
  func work() async throws -> Duration
}

extension DueService {
  /// What is under way at a shutdown is finished; when the grace is over, it is cut off.
  func run() async throws { await keepWorking() }

  /// Works until a shutdown or a cancellation.
  func keepWorking() async {
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      let pause = await attempt()
      await cancelWhenGracefulShutdown { try? await Task.sleep(for: pause) }
    }
  }

  private func attempt() async -> Duration {
    do {
      return try await work()
    } catch is CancellationError {
      return .zero
    } catch {
      logger.error("\(Self.failure); it is tried again", metadata: ["error": "\(error)"])
      return Self.afterFailure
    }
  }

  /// How long to sleep when `next` is the next thing that is due; nil when nothing is.
  func pause(until next: Instant?) -> Duration {
    guard let next else { return Self.sleep.upperBound }
    return min(Self.sleep.upperBound, max(Self.sleep.lowerBound, store.clock.now.duration(to: next)))
  }
}
