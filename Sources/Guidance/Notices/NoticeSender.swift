public import Lifecycle
import Logging
import Postgres

/// What a run of the sender did.
public struct DeliveryReport: Sendable, Equatable {
  /// Mails accepted by the mail server.
  public internal(set) var sent = 0
  /// To be tried again.
  public internal(set) var deferred = 0
  /// Given up; an operator may have them tried again.
  public internal(set) var dead = 0
  /// Notices and mails that had become pointless.
  public internal(set) var withdrawn = 0
  /// Recipients without an address.
  public internal(set) var unreachable = 0

  /// A run that found nothing.
  public init() {}

  static func += (left: inout DeliveryReport, right: DeliveryReport) {
    left.sent += right.sent
    left.deferred += right.deferred
    left.dead += right.dead
    left.withdrawn += right.withdrawn
    left.unreachable += right.unreachable
  }
}

/// Sends what the outbox holds. Several copies may run at once.
///
/// A mail is claimed under a lease in one transaction, sent outside any, and its outcome recorded in another. So a notice
/// is one accepted mail unless a process or a connection dies between the mail server's yes and our record of it; then
/// the mail goes out again under the same Message-ID.
public struct NoticeSender: Sendable {
  let store: GuidanceStore
  let transport: any MailTransport
  let settings: NoticeSettings

  /// How often the record of an outcome is tried: a lost one means a second mail.
  private static let recordings = 4
  private static let recordingPause: Duration = .milliseconds(500)
  /// How often a run waits for spaces that were busy before it leaves them to the next.
  private static let waits = 10

  /// A sender for an installation.
  public init(store: GuidanceStore, transport: any MailTransport, settings: NoticeSettings) {
    self.store = store
    self.transport = transport
    self.settings = settings
  }

  /// Sends everything that is due.
  ///
  /// - Parameter isStopping: asked before each new mail; those under way are finished.
  /// - Throws: what the database said; what was under way is finished first.
  public func deliverDue(isStopping: @escaping @Sendable () -> Bool = { false }) async throws -> DeliveryReport {
    var report = DeliveryReport()
    while !isStopping(), let withdrawn = try await NoticeExpansion(store: store).run() { report.withdrawn += withdrawn }
    let results = await withTaskGroup(of: Result<DeliveryReport, any Error>.self) { group in
      for _ in 0..<settings.atOnce {
        group.addTask {
          do { return .success(try await deliver(isStopping)) } catch { return .failure(error) }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for result in results { report += try result.get() }
    return report
  }

  private func deliver(_ isStopping: @Sendable () -> Bool) async throws -> DeliveryReport {
    var report = DeliveryReport()
    let claim = DeliveryClaim(store: store, settings: settings)
    var (busy, waits) = (false, 0)
    while !isStopping(), !Task.isCancelled {
      guard let step = try await claim.run() else {
        guard busy, waits < Self.waits else { break }
        (busy, waits) = (false, waits + 1)
        try? await Task.sleep(for: DeliveryClaim.retryAfter)
        continue
      }
      switch step {
      case .busy: busy = true
      case .postponed: break
      case .withdrawn: report.withdrawn += 1
      case .unreachable: report.unreachable += 1
      case .send(let delivery): report.count(try await record(await send(delivery.mail), of: delivery))
      }
    }
    return report
  }

  /// One attempt, cut off when it takes too long or the task is cancelled; the transport says what came of it.
  private func send(_ mail: OutgoingMail) async -> DeliveryOutcome {
    let sending = Task { await transport.deliver(mail) }
    let watching = Task {
      try await Task.sleep(for: settings.timeout)
      sending.cancel()
    }
    defer { watching.cancel() }
    return await withTaskCancellationHandler {
      await sending.value
    } onCancel: {
      sending.cancel()
    }
  }

  /// Not cut off by a cancellation: the mail is out, and forgetting that would send it twice.
  private func record(_ outcome: DeliveryOutcome, of delivery: LeasedDelivery) async throws -> DeliveryRecord.Result {
    let record = DeliveryRecord(
      store: store, delivery: delivery, outcome: outcome, chance: Double.random(in: 0..<1))
    return try await Task {
      var failures = 0
      while true {
        do {
          return try await record.run()
        } catch {
          failures += 1
          guard failures < Self.recordings else {
            store.logger.error(
              "the outcome of a mail was not recorded; when its lease ends it is sent again",
              metadata: ["delivery": "\(delivery.id)", "error": "\(error)"])
            throw error
          }
          try await Task.sleep(for: Self.recordingPause * failures)
        }
      }
    }.value
  }
}

extension DeliveryReport {
  fileprivate mutating func count(_ result: DeliveryRecord.Result) {
    switch result {
    case .sent: sent += 1
    case .deferred: deferred += 1
    case .dead: dead += 1
    case .leaseLost: break
    }
  }
}

extension GuidanceStore {
  /// When the sender has something to do next; nil when nothing waits.
  public func nextDelivery() async throws -> Instant? {
    try await scheduler.readOnce([
      stating(nil),
      """
      SELECT least((SELECT min(due_at) FROM ohjaustila.outbox WHERE NOT expanded),
        (SELECT min(due_at) FROM ohjaustila.delivery WHERE NOT is_dead))
      """,
    ]) { try $0[1].exactlyOne().get(0) }
  }
}
