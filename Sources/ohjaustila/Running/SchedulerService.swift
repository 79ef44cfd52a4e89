import Guidance
import Lifecycle
import Logging
import ServiceLifecycle

/// Sweeps whenever something is due, and looks every few seconds for what other copies have made due sooner.
struct SchedulerService: Service {
  let store: GuidanceStore
  let logger: Logger

  private static let longestSleep: Duration = .seconds(5)
  private static let afterFailure: Duration = .seconds(2)

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        let pause = await sweep()
        try? await Task.sleep(for: pause)
      }
    }
  }

  /// - Returns: how long to sleep.
  private func sweep() async -> Duration {
    do {
      let report = try await store.sweep()
      if report != SweepReport() { log(report) }
      guard let next = try await store.nextDue() else { return Self.longestSleep }
      return min(Self.longestSleep, max(.milliseconds(10), store.clock.now.duration(to: next)))
    } catch is CancellationError {
      return .zero
    } catch {
      logger.error("a sweep failed; it is tried again", metadata: ["error": "\(error)"])
      return Self.afterFailure
    }
  }

  private func log(_ report: SweepReport) {
    logger.info(
      "sweep",
      metadata: [
        "crossed": "\(report.crossed.map { "\($0.key.rawValue): \($0.value)" }.sorted().joined(separator: ", "))",
        "notices": "\(report.notices)", "skipped": "\(report.skipped)", "destroyed": "\(report.destroyed)",
        "people": "\(report.peopleErased)", "journalsExpired": "\(report.journalsExpired)",
        "accessesExpired": "\(report.accessesExpired)", "staffChangesExpired": "\(report.staffChangesExpired)",
        "rightsEnded": "\(report.rightsEnded)",
      ])
  }
}
