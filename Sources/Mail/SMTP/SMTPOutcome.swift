/// What became of a mail.
public enum SMTPOutcome: Hashable, Sendable {
  /// The server has taken it on and says so, for example `250 2.0.0 Ok: queued as 4F2A`.
  case accepted(reply: String)
  /// Surely not taken on; a later try may fare better. The code is the server's, when the failure was a reply.
  case deferred(code: Int?, reason: SMTPReason)
  /// Not taken on, and never will be: this recipient or this mail is refused for good.
  case refused(code: Int, reason: SMTPReason)
  /// All of it was sent and no reply came: it may or may not have been taken on. A retry keeps the Message-ID.
  case uncertain(reason: SMTPReason)
}

/// Why a mail wasn't taken on, for operators: a cause to count and a text to read.
public struct SMTPReason: Hashable, Sendable, CustomStringConvertible {
  /// The most characters of a text.
  public static let longestText = 200

  /// What went wrong, as a code.
  public let cause: SMTPCause
  /// The server's or libcurl's words, in printable ASCII, without anything that looks like an address.
  public let text: String

  /// The cause's code and the text.
  public var description: String { "\(cause.rawValue): \(text)" }
}

/// What stood in a mail's way.
public enum SMTPCause: String, CaseIterable, Hashable, Sendable {
  /// The server's name has no address.
  case resolution
  /// No connection, or it broke.
  case connection
  /// Something took too long.
  case timeout
  /// The server's certificate isn't to be trusted, or our file of authorities can't be read.
  case certificate
  /// No TLS: not offered, or no agreement.
  case encryption
  /// The server wants to know us, or doesn't take our name and password.
  case authentication
  /// The server takes no mail at present, or none from us, or speaks no SMTP.
  case service
  /// The server refuses the sender.
  case sender
  /// The server refuses what we are or where we come from, not the recipient (enhanced codes x.7.y): a relay that
  /// doesn't know us, a failed SPF.
  case policy
  /// The server refuses the recipient.
  case recipient
  /// The server refuses the content or size.
  case message
  /// The task was cancelled before the mail was sent.
  case cancelled
  /// libcurl couldn't begin.
  case client

  /// Whether every other mail would meet the same: a matter for the operator, never for the recipient's record.
  public var concernsInstallation: Bool {
    switch self {
    case .resolution, .connection, .timeout, .certificate, .encryption, .authentication, .service, .sender, .policy,
      .client:
      true
    case .recipient, .message, .cancelled: false
    }
  }
}
