import Guidance
import Logging
import ServiceLifecycle

/// Has files scanned whenever one is due, and looks every second for what other copies have received.
struct ScanService: DueService {
  let store: GuidanceStore
  let scanning: Scanning
  let logger: Logger

  static let sleep: ClosedRange<Duration> = .milliseconds(50) ... .seconds(1)
  /// Also while the scanner is away.
  static let afterFailure: Duration = .seconds(5)
  static let failure = "files were not scanned"

  func work() async throws -> Duration {
    let report = try await scanning.scanDue { Task.isShuttingDownGracefully }
    if report != ScanReport() { log(report) }
    return report.isAway ? Self.afterFailure : pause(until: try await store.nextScan())
  }

  private func log(_ report: ScanReport) {
    logger.info(
      "scans",
      metadata: [
        "published": "\(report.published)", "refused": "\(report.refused)", "postponed": "\(report.postponed)",
        "away": "\(report.isAway)",
      ])
  }
}
