import Guidance
import Logging
import ServiceLifecycle

/// Sends notices whenever one is due, and looks every few seconds for what other copies have planned.
struct NoticeService: DueService {
  let store: GuidanceStore
  let sender: NoticeSender
  let logger: Logger

  static let sleep: ClosedRange<Duration> = .milliseconds(100) ... .seconds(5)
  static let afterFailure: Duration = .seconds(5)
  static let failure = "notices were not sent"

  func work() async throws -> Duration {
    let report = try await sender.deliverDue { Task.isShuttingDownGracefully }
    if report != DeliveryReport() { log(report) }
    return pause(until: try await store.nextDelivery())
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
