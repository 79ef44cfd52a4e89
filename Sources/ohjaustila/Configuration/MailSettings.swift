import Guidance

/// How this installation sends its notices, from the environment.
struct MailSettings {
  /// How the connection to the mail server is kept from others.
  enum Security: String, CaseIterable {
    /// TLS after a greeting in clear; without it nothing is sent.
    case starttls
    /// TLS from the first byte.
    case tls
    /// In clear: for a mail server on this machine only.
    case none
  }

  /// Whom to sign in to the mail server as.
  struct Credentials {
    let user: String
    let password: String
  }

  let host: String
  /// 1–65535.
  let port: Int
  let security: Security
  let credentials: Credentials?
  /// A PEM file with the authorities to trust in place of the system's.
  let authorityFile: String?
  /// The address notices come from, and whose domain their Message-IDs have.
  let from: EmailAddress
  let notices: NoticeSettings

  /// A setting that is missing or can't be taken.
  struct Invalid: Error, CustomStringConvertible {
    let variable: String
    let rule: String
    var description: String { "\(variable) \(rule)" }
  }

  /// Nil where no mail server is named.
  static func read(_ environment: Environment) throws -> MailSettings? {
    guard let host = try environment.secret("OHJAUSTILA_SMTP_HOST") else { return nil }
    let security = try environment.secret("OHJAUSTILA_SMTP_SECURITY") ?? Security.starttls.rawValue
    guard let security = Security(rawValue: security) else {
      throw Invalid(variable: "OHJAUSTILA_SMTP_SECURITY", rule: "is starttls, tls or none")
    }
    let port = try environment.secret("OHJAUSTILA_SMTP_PORT") ?? defaultPort(security)
    guard let port = Int(port), (1...65535).contains(port) else {
      throw Invalid(variable: "OHJAUSTILA_SMTP_PORT", rule: "is 1 to 65535")
    }
    guard let from = try environment.secret("OHJAUSTILA_MAIL_FROM").flatMap(EmailAddress.init) else {
      throw Invalid(variable: "OHJAUSTILA_MAIL_FROM", rule: "is the e-mail address that notices come from")
    }
    let domain = String(from.text.drop { $0 != "@" }.dropFirst())
    return MailSettings(
      host: host, port: port, security: security, credentials: try credentials(environment),
      authorityFile: environment.variables["OHJAUSTILA_SMTP_CA_FILE"], from: from,
      notices: NoticeSettings(baseURL: try baseURL(environment.secret("OHJAUSTILA_BASE_URL")), domain: domain))
  }

  private static func defaultPort(_ security: Security) -> String {
    switch security {
    case .starttls: "587"
    case .tls: "465"
    case .none: "25"
    }
  }

  private static func credentials(_ environment: Environment) throws -> Credentials? {
    let user = try environment.secret("OHJAUSTILA_SMTP_USER")
    let password = try environment.secret("OHJAUSTILA_SMTP_PASSWORD")
    switch (user, password) {
    case (nil, nil): return nil
    case (let user?, let password?): return Credentials(user: user, password: password)
    case (.some, nil), (nil, .some):
      throw Invalid(variable: "OHJAUSTILA_SMTP_USER", rule: "and OHJAUSTILA_SMTP_PASSWORD are set together")
    }
  }

  /// Where people open their spaces, without a slash at the end.
  private static func baseURL(_ text: String?) throws -> String {
    let isWeb = text.map { $0.hasPrefix("https://") || $0.hasPrefix("http://") } ?? false
    let isPlain = text?.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ?? false
    guard let text, isWeb, isPlain else {
      throw Invalid(variable: "OHJAUSTILA_BASE_URL", rule: "is the http(s) address where people open their spaces")
    }
    return text.hasSuffix("/") ? String(text.dropLast()) : text
  }
}
