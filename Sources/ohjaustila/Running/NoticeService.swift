import Guidance
import Lifecycle
import Logging
import ServiceLifecycle

/// Sends notices whenever one is due, and looks every few seconds for what other copies have planned.
struct NoticeService: Service {
  let store: GuidanceStore
  let sender: NoticeSender
  let logger: Logger

  private static let longestSleep: Duration = .seconds(5)
  private static let afterFailure: Duration = .seconds(5)

  /// Mails under way at a shutdown are finished; when the grace is over, they are cut off.
  func run() async throws {
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      let pause = await deliver()
      await cancelWhenGracefulShutdown { try? await Task.sleep(for: pause) }
    }
  }

  /// - Returns: how long to sleep.
  private func deliver() async -> Duration {
    do {
      let report = try await sender.deliverDue { Task.isShuttingDownGracefully }
      if report != DeliveryReport() { log(report) }
      guard let next = try await store.nextDelivery() else { return Self.longestSleep }
      return min(Self.longestSleep, max(.milliseconds(100), store.clock.now.duration(to: next)))
    } catch is CancellationError {
      return .zero
    } catch {
      logger.error("notices were not sent; it is tried again", metadata: ["error": "\(error)"])
      return Self.afterFailure
    }
  }

  private func log(_ report: DeliveryReport) {
    logger.info(
      "notices",
      metadata: [
        "sent": "\(report.sent)", "deferred": "\(report.deferred)", "dead": "\(report.dead)",
        "withdrawn": "\(report.withdrawn)", "unreachable": "\(report.unreachable)",
      ])
  }
}
