import Dispatch

/// One connection's worth of sending: at most one mail at a time, on a queue of its own, because libcurl blocks.
actor Lane {
  private let configuration: SMTPConfiguration
  private let executor = QueueExecutor(label: "ohjaustila.mail")
  private var transfer: Transfer?
  private var mailsSent = 0

  init(_ configuration: SMTPConfiguration) {
    self.configuration = configuration
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// Sends a mail; blocks the lane until it is known what became of it. The connection stays open for a while.
  func send(_ message: MailMessage) -> SMTPOutcome {
    guard let transfer = transfer ?? Transfer(configuration) else {
      return .deferred(code: nil, reason: SMTPReason(cause: .client, text: "libcurl can't begin"))
    }
    self.transfer = transfer
    mailsSent += 1
    defer { closeWhenIdle() }
    return transfer.send(message)
  }

  private func closeWhenIdle() {
    let mailsSent = mailsSent
    Task { [weak self, idle = configuration.idleTimeout] in
      try? await Task.sleep(for: idle)
      await self?.close(unlessSentMoreThan: mailsSent)
    }
  }

  private func close(unlessSentMoreThan count: Int) {
    if mailsSent == count { transfer = nil }
  }
}

/// Runs an actor's work on a dispatch queue, away from Swift's cooperative pool.
private final class QueueExecutor: SerialExecutor {
  private let queue: DispatchQueue

  init(label: String) {
    queue = DispatchQueue(label: label)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
