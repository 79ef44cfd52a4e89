import Guidance
import Lifecycle
import Logging
import ServiceLifecycle

/// Has files scanned whenever one is due, and looks every second for what other copies have received.
struct ScanService: Service {
  let store: GuidanceStore
  let scanning: Scanning
  let logger: Logger

  private static let longestSleep: Duration = .seconds(1)
  private static let whileAway: Duration = .seconds(5)

  /// Scans under way at a shutdown are finished; when the grace is over, they are cut off.
  func run() async throws {
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      let pause = await scan()
      await cancelWhenGracefulShutdown { try? await Task.sleep(for: pause) }
    }
  }

  /// - Returns: how long to sleep.
  private func scan() async -> Duration {
    do {
      let report = try await scanning.scanDue { Task.isShuttingDownGracefully }
      if report != ScanReport() { log(report) }
      if report.isAway { return Self.whileAway }
      guard let next = try await store.nextScan() else { return Self.longestSleep }
      return min(Self.longestSleep, max(.milliseconds(50), store.clock.now.duration(to: next)))
    } catch is CancellationError {
      return .zero
    } catch {
      logger.error("files were not scanned; it is tried again", metadata: ["error": "\(error)"])
      return Self.whileAway
    }
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
