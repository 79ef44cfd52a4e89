import Guidance
import Lifecycle
import Mail

/// Hands notices to the mail server of the configuration.
struct SMTPTransport: MailTransport {
  private let client: SMTPClient
  private let from: MailAddress

  /// Connects with the first mail.
  ///
  /// - Throws: what is wrong with the configuration.
  init(_ settings: MailSettings) throws {
    let security: SMTPConfiguration.Security =
      switch settings.security {
      case .starttls: .startTLS
      case .tls: .tls
      case .none: .none
      }
    let configuration = try SMTPConfiguration(
      host: settings.host, port: settings.port, security: security,
      credentials: settings.credentials.map { try SMTPCredentials(username: $0.user, password: $0.password) },
      authorityFile: settings.authorityFile, localName: settings.notices.domain,
      connections: settings.notices.atOnce)
    client = SMTPClient(configuration)
    from = try MailAddress(address: settings.from.text)
  }

  func deliver(_ mail: OutgoingMail) async -> DeliveryOutcome {
    do {
      return DeliveryOutcome(await client.send(try message(mail)))
    } catch {
      // An address that no mail can be sent to; the error's name says no more than that.
      return .refused(reason: "address")
    }
  }

  private func message(_ mail: OutgoingMail) throws -> MailMessage {
    try MailMessage(
      from: from, to: MailAddress(address: mail.to.text), subject: mail.subject, text: mail.text, html: mail.html,
      messageID: mail.messageID, date: MailDate(secondsSince1970: mail.date.microseconds / 1_000_000),
      language: mail.language.rawValue)
  }
}

extension DeliveryOutcome {
  /// Of the server's words nothing goes on: the cause is a code.
  fileprivate init(_ outcome: SMTPOutcome) {
    self =
      switch outcome {
      case .accepted: .accepted
      case .deferred(let code, let reason): .deferred(reason: Self.reason(reason.cause, code))
      case .refused(let code, let reason): .refused(reason: Self.reason(reason.cause, code))
      case .uncertain(let reason): .uncertain(reason: Self.reason(reason.cause, nil))
      }
  }

  /// `recipient-550`; the cause alone where no reply decided.
  private static func reason(_ cause: SMTPCause, _ code: Int?) -> String {
    code.map { "\(cause.rawValue)-\($0)" } ?? cause.rawValue
  }
}
