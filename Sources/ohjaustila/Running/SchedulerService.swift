import Guidance
import Lifecycle
import Logging
import ServiceLifecycle

/// Sweeps whenever something is due, and looks every few seconds for what other copies have made due sooner.
struct SchedulerService: DueService {
  let store: GuidanceStore
  let logger: Logger

  static let sleep: ClosedRange<Duration> = .milliseconds(10) ... .seconds(5)
  static let afterFailure: Duration = .seconds(2)
  static let failure = "a sweep failed"

  /// A sweep under way at a shutdown is cut off: the next one goes on with it.
  func run() async throws {
    await cancelWhenGracefulShutdown { await keepWorking() }
  }

  func work() async throws -> Duration {
    let report = try await store.sweep()
    if report != SweepReport() { log(report) }
    return pause(until: try await store.nextDue())
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
