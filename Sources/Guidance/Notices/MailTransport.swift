public import Lifecycle

/// Hands mail to a mail server.
public protocol MailTransport: Sendable {
  /// Tries once. Ends soon after its task was cancelled, and always says what is known of the mail then.
  func deliver(_ mail: OutgoingMail) async -> DeliveryOutcome
}

/// What became of one attempt. Reasons are codes such as `5.1.1` or `timeout`, never a mail server's own words: those
/// may quote the address.
public enum DeliveryOutcome: Hashable, Sendable {
  /// The mail server has taken it on.
  case accepted
  /// Not now; tried again later.
  case deferred(reason: String)
  /// Never.
  case refused(reason: String)
  /// The connection was lost when the server may have taken it on already. Tried again under the same Message-ID.
  case uncertain(reason: String)
}

/// A mail to one person; whom it comes from is the transport's to say.
public struct OutgoingMail: Sendable {
  /// The address.
  public let to: EmailAddress
  /// One line.
  public let subject: String
  /// The plain text.
  public let text: String
  /// The same as a page, without any outside reference.
  public let html: String
  /// Of both.
  public let language: Language
  /// Without angle brackets; the same in every attempt.
  public let messageID: String
  /// Of this attempt.
  public let date: Instant
}

extension OutgoingMail: CustomStringConvertible {
  /// The Message-ID only: neither address nor text may reach a log.
  public var description: String { "mail(\(messageID))" }
}
