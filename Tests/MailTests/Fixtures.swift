import Foundation
import TestSupport

@testable import Mail

/// A mail with letters of all languages of the service.
func sampleMail(
  to: String = "anna.virtanen@example.fi", subject: String = "Ohjaustilasi suljetaan 14 päivän kuluttua",
  text: String = "Hei Åke!\n\nTila suljetaan.\n.\nOhjausta jatketaan: https://example.fi/spaces/1\n",
  html: String? = "<p lang=\"fi\">Hei Åke! <a href=\"https://example.fi/\">Tilaan</a></p>",
  messageID: String = "0192f.1@notices.example.fi"
) throws -> MailMessage {
  try MailMessage(
    from: MailAddress(address: "ei-vastausta@example.fi", displayName: "Ohjaustila"), to: MailAddress(address: to),
    subject: subject, text: text, html: html, messageID: messageID, date: MailDate(secondsSince1970: 1_795_314_600),
    language: "fi")
}

extension SMTPConfiguration {
  /// For a server of the tests, with short times.
  static func test(
    _ server: TestMailServer, security: Security = .none, host: String? = nil, password: String? = nil,
    trustsAuthority: Bool = true, connectTimeout: Duration = .seconds(10), totalTimeout: Duration = .seconds(60),
    connections: Int = 1, idleTimeout: Duration = .seconds(20)
  ) throws -> SMTPConfiguration {
    try SMTPConfiguration(
      host: host ?? (security == .none ? "127.0.0.1" : "localhost"), port: server.port, security: security,
      credentials: password.map(credentials),
      authorityFile: security != .none && trustsAuthority ? server.authorityFile : nil,
      connectTimeout: connectTimeout, totalTimeout: totalTimeout, localName: "guidance.example.fi",
      connections: connections, idleTimeout: idleTimeout)
  }

  private static func credentials(_ password: String) throws -> SMTPCredentials {
    let file = FileManager.default.temporaryDirectory.appending(path: "ohjaustila-\(UUID())")
    try Data("\(password)\n".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try SMTPCredentials(username: "ohjaustila", passwordFile: file.path)
  }
}

extension SMTPOutcome {
  var cause: SMTPCause? {
    switch self {
    case .accepted: nil
    case .deferred(_, let reason), .refused(_, let reason), .uncertain(let reason): reason.cause
    }
  }

  /// The kind, code and cause in one word, for comparing.
  var summary: String {
    switch self {
    case .accepted: "accepted"
    case .deferred(let code, let reason): "deferred \(code.map(String.init) ?? "-") \(reason.cause)"
    case .refused(let code, let reason): "refused \(code) \(reason.cause)"
    case .uncertain(let reason): "uncertain \(reason.cause)"
    }
  }

  var text: String {
    switch self {
    case .accepted(let reply): reply
    case .deferred(_, let reason), .refused(_, let reason), .uncertain(let reason): reason.text
    }
  }
}

extension TestMailServer {
  /// Waits until the server has seen such a thing.
  func waits(for event: (Event) -> Bool) async throws {
    while try !events().contains(where: event) { try await Task.sleep(for: .milliseconds(20)) }
  }
}
