import CCurl
import Dispatch

/// A libcurl handle and its open connection, over which mails go one after another. Blocks; belongs to one thread at a
/// time, which `Lane` sees to.
final class Transfer {
  private let handle: UnsafeMutableRawPointer
  private let configuration: SMTPConfiguration

  /// Nil when libcurl can't begin, for want of memory for one.
  init?(_ configuration: SMTPConfiguration) {
    guard Self.isLibraryReady, let handle = curl_easy_init() else { return nil }
    self.handle = handle
    self.configuration = configuration
  }

  /// Says QUIT elsewhere: libcurl waits for its answer, two minutes when none comes, and nobody else needs to.
  deinit {
    let abandoned = AbandonedHandle(handle: handle)
    DispatchQueue(label: "ohjaustila.mail.quit").async { curl_easy_cleanup(abandoned.handle) }
  }

  /// Sends a mail and waits for what becomes of it.
  func send(_ message: MailMessage) -> SMTPOutcome {
    let body = message.rendered()
    let deadline = ContinuousClock.now + configuration.totalTimeout
    let redaction = Redaction(recipient: message.to)
    var (conversation, failure) = attempt(message, body, deadline: deadline, freshConnection: false)
    if isStale(conversation, failure) {
      (conversation, failure) = attempt(message, body, deadline: deadline, freshConnection: true)
    }
    return Verdict.outcome(of: conversation, failure: failure, redaction: redaction)
  }

  /// Whether an open connection turned out to be closed by the server, which is no news of this mail.
  private func isStale(_ conversation: Conversation, _ failure: TransferFailure?) -> Bool {
    guard failure?.cause == .connection, ccurl_new_connections(handle) == 0 else { return false }
    return conversation.stage <= .sender && (conversation.reply == nil || conversation.reply?.code == 421)
  }

  private func attempt(
    _ message: MailMessage, _ body: [UInt8], deadline: ContinuousClock.Instant, freshConnection: Bool
  ) -> (Conversation, TransferFailure?) {
    let exchange = Exchange(body: body, deadline: deadline)
    guard !Task.isCancelled else {
      return (exchange.conversation, TransferFailure(CURLE_ABORTED_BY_CALLBACK, detail: "cancelled"))
    }
    let recipients = curl_slist_append(nil, "<\(message.to.address)>")
    let detail = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    detail.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    defer {
      curl_easy_reset(handle)  // forgets the pointers, keeps the connection
      curl_slist_free_all(recipients)
      detail.deallocate()
    }
    do throws(TransferFailure) {
      try setOptions(for: exchange, freshConnection: freshConnection)
      try check(ccurl_set_text(handle, CURLOPT_MAIL_FROM, "<\(message.from.address)>"))
      try check(ccurl_set_pointer(handle, CURLOPT_MAIL_RCPT, recipients))
      try check(ccurl_set_size(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(body.count)))
      try check(ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, detail))
    } catch {
      return (exchange.conversation, error)
    }
    let code = BrokenPipe.ignored { curl_easy_perform(handle) }
    return withExtendedLifetime(exchange) {
      (exchange.conversation, Self.failure(code, detail: String(cString: detail), exchange))
    }
  }

  private static func failure(_ code: CURLcode, detail: String, _ exchange: Exchange) -> TransferFailure? {
    guard code != CURLE_OK else { return nil }
    if exchange.missedDeadline { return TransferFailure(cause: .timeout, text: "the time for one mail is over") }
    return TransferFailure(code, detail: detail)
  }

  private func setOptions(for exchange: Exchange, freshConnection: Bool) throws(TransferFailure) {
    try check(ccurl_set_text(handle, CURLOPT_URL, configuration.url))
    // Nothing but this server: neither the environment's proxy nor a netrc, nor another protocol.
    try check(ccurl_set_text(handle, CURLOPT_PROTOCOLS_STR, configuration.security == .tls ? "smtps" : "smtp"))
    try check(ccurl_set_text(handle, CURLOPT_PROXY, ""))
    try check(ccurl_set_long(handle, CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue)))
    try check(ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0))
    try check(ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1))
    try check(ccurl_set_long(handle, CURLOPT_UPLOAD, 1))
    try check(ccurl_set_long(handle, CURLOPT_MAXCONNECTS, 1))
    try check(ccurl_set_long(handle, CURLOPT_FRESH_CONNECT, freshConnection ? 1 : 0))
    try check(ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.milliseconds))
    try check(ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, configuration.totalTimeout.milliseconds))
    // libcurl's own bound for a reply is two minutes; the whole time rules here.
    let seconds = (configuration.totalTimeout.milliseconds + 999) / 1000
    try check(ccurl_set_long(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, seconds))
    try check(ccurl_set_reader(handle, Exchange.read, exchange.context))
    try check(ccurl_set_progress(handle, Exchange.progress, exchange.context))
    try check(ccurl_set_debug(handle, Exchange.debug, exchange.context))
    try check(ccurl_set_writer(handle, Exchange.discard))
    try setSecurity()
  }

  private func setSecurity() throws(TransferFailure) {
    if configuration.security != .none {
      try check(ccurl_set_long(handle, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)))
      try check(ccurl_set_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)))
      try check(ccurl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 1))
      try check(ccurl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 2))
    }
    if let file = configuration.authorityFile {
      try check(ccurl_set_text(handle, CURLOPT_CAINFO, file))
      try check(ccurl_set_text(handle, CURLOPT_CAPATH, nil))
    }
    if let credentials = configuration.credentials {
      try check(ccurl_set_text(handle, CURLOPT_USERNAME, credentials.username))
      try check(ccurl_set_text(handle, CURLOPT_PASSWORD, credentials.password))
      try check(ccurl_set_text(handle, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN"))
    }
  }

  private func check(_ code: CURLcode) throws(TransferFailure) {
    guard code == CURLE_OK else { throw TransferFailure(code) }
  }

  /// Once in a process, before the first handle.
  private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

/// A handle on its way to its end.
///
/// - Proof for `@unchecked Sendable`: made by the deinit of the handle's only owner, used by the one closure it goes to.
private struct AbandonedHandle: @unchecked Sendable {
  let handle: UnsafeMutableRawPointer
}

extension Duration {
  fileprivate var milliseconds: Int {
    let (seconds, attoseconds) = components
    return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }
}
