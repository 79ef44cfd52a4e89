import CCurl

/// One mail on its way: what libcurl's callbacks read and write, all on the thread of the transfer.
final class Exchange {
  private let body: [UInt8]
  private var handedOver = 0
  private let deadline: ContinuousClock.Instant
  private(set) var conversation: Conversation
  private(set) var missedDeadline = false
  private var leavesBy: ContinuousClock.Instant?

  init(body: [UInt8], deadline: ContinuousClock.Instant) {
    self.body = body
    self.deadline = deadline
    conversation = Conversation(bodySize: body.count)
  }

  /// For libcurl, which keeps it for the time of the transfer.
  var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static let read: curl_read_callback = { buffer, size, count, context in
    guard let buffer, let context else { return Int(CURL_READFUNC_ABORT) }
    return Exchange.of(context).read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
  }

  static let progress: curl_xferinfo_callback = { context, _, _, _, _ in
    guard let context else { return 1 }
    return Exchange.of(context).shouldStop() ? 1 : 0
  }

  static let debug: curl_debug_callback = { _, kind, bytes, count, context in
    guard let bytes, let context else { return 0 }
    Exchange.of(context).passed(kind, UnsafeRawBufferPointer(start: bytes, count: count))
    return 0
  }

  /// SMTP has no answers that are content; libcurl would print them.
  static let discard: curl_write_callback = { _, size, count, _ in size * count }

  private static func of(_ context: UnsafeMutableRawPointer) -> Exchange {
    Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
  }

  private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let next = body[handedOver...].prefix(buffer.count)
    buffer.copyBytes(from: next)
    handedOver += next.count
    return next.count
  }

  /// libcurl asks about once a second, whatever it waits for, also for the answer to the QUIT that follows a failure.
  /// Between the mail's end and the reply a cancelled task waits: to leave then would make a delivered mail an
  /// uncertain one.
  private func shouldStop() -> Bool {
    let now = ContinuousClock.now
    if conversation.isLeaving {
      let leavesBy = leavesBy ?? now + Self.patienceWithLeaving
      self.leavesBy = leavesBy
      return now >= min(leavesBy, deadline)
    }
    if now >= deadline { missedDeadline = true }
    return missedDeadline || Task.isCancelled && !conversation.isAllSent
  }

  /// For the answer to QUIT, which changes nothing.
  private static let patienceWithLeaving = Duration.seconds(3)

  /// Commands may hold the password, so that nothing of them is kept.
  private func passed(_ kind: curl_infotype, _ bytes: UnsafeRawBufferPointer) {
    switch kind {
    case CURLINFO_HEADER_OUT: conversation.sent(bytes)
    case CURLINFO_HEADER_IN: conversation.received(bytes)
    case CURLINFO_DATA_OUT: conversation.sentBody(bytes.count)
    default: break
    }
  }
}
