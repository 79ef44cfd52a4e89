import Foundation
import Testing

@testable import Mail

/// What addresses, mails and configurations refuse.
@Suite struct CheckedInputTests {
  @Test(arguments: [
    "anna@example.fi", "a.b+c@example.fi", "o'hara_1@xn--ty-fka.fi", "root@localhost", "!#$%&'*+-/=?^_`{|}~@a.b",
    String(repeating: "a", count: 64) + "@example.fi",
  ]) func address(_ text: String) throws {
    #expect(try MailAddress(address: text).address == text)
  }

  static let refusedAddresses: [(String, MailAddressError)] = [
    ("", .malformed), ("anna", .malformed), ("@example.fi", .malformed), ("anna@", .malformed),
    ("a@b@example.fi", .malformed), (".anna@example.fi", .malformed), ("a..b@example.fi", .malformed),
    ("anna@example..fi", .malformed), ("anna@-example.fi", .malformed), ("anna@[127.0.0.1]", .malformed),
    ("\"anna v\"@example.fi", .malformed), ("anna @example.fi", .malformed), ("<anna@example.fi>", .malformed),
    ("anna@example.fi\r\nRCPT TO:<x@y.fi>", .malformed), ("anna\n@example.fi", .malformed),
    ("anna@example.fi\u{0}", .malformed), ("anna@example.fi,x@y.fi", .malformed), ("anna@työ.fi", .notASCII),
    ("änna@example.fi", .notASCII), (String(repeating: "a", count: 65) + "@example.fi", .tooLong),
    ("a@" + String(repeating: "a.", count: 130) + "fi", .tooLong),
    ("a@" + String(repeating: "b", count: 64) + ".fi", .malformed),
  ]

  @Test(arguments: refusedAddresses) func refusedAddress(_ text: String, _ error: MailAddressError) {
    #expect(throws: error) { try MailAddress(address: text) }
  }

  @Test(arguments: ["a\nb", "a\r\nBcc: x@y.fi", "a\u{0}", "a\u{2028}b", "a\u{85}b", "a\u{7f}"])
  func controlCharacters(_ text: String) {
    #expect(throws: MailAddressError.controlCharacter) {
      try MailAddress(address: "anna@example.fi", displayName: text)
    }
    #expect(throws: MailMessageError.controlCharacterInSubject) { try sampleMail(subject: text) }
    #expect(throws: MailMessageError.malformedMessageID) { try sampleMail(messageID: text + "@example.fi") }
  }

  @Test func refusedMails() throws {
    #expect(throws: MailMessageError.subjectTooLong) { try sampleMail(subject: String(repeating: "a", count: 501)) }
    let large = String(repeating: "a", count: MailMessage.largestBody)
    #expect(throws: MailMessageError.bodyTooLarge) { try sampleMail(text: large, html: "a") }
    for id in ["", "a", "<a@b>", "a@b@c", "a b@c", "ä@b", String(repeating: "a", count: 250) + "@b"] {
      #expect(throws: MailMessageError.malformedMessageID) { try sampleMail(messageID: id) }
    }
    let sample = try sampleMail()
    for language in ["", "fi ", "fi\r\nBcc: x@y.fi", "-", "toolongasubtag", "ä"] {
      #expect(throws: MailMessageError.malformedLanguage) {
        try MailMessage(
          from: sample.from, to: sample.to, subject: "", text: "", html: nil, messageID: "a@b", date: sample.date,
          language: language)
      }
    }
  }

  /// Nothing written to a log by mistake names a person or holds a password.
  @Test func dumpsAreSilent() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "ohjaustila-\(UUID())")
    try Data("sala\n".utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let credentials = try SMTPCredentials(username: "tunnus", passwordFile: file.path)
    let configuration = try SMTPConfiguration(
      host: "localhost", port: 25, security: .none, credentials: credentials, localName: "a.fi")
    var dumped = "\(configuration) \(String(reflecting: configuration))"
    dump(configuration, to: &dumped)
    dump(try sampleMail(), to: &dumped)
    dump(try sampleMail().to, to: &dumped)
    #expect(credentials.password == "sala")
    for secret in ["sala", "tunnus", "virtanen", "Åke", "suljetaan"] { #expect(!dumped.contains(secret)) }
  }

  @Test(arguments: ["localhost", "127.0.0.1", "127.9.9.9", "::1"]) func plainToLoopback(_ host: String) throws {
    #expect(try SMTPConfiguration(host: host, port: 25, security: .none, localName: "a.fi").host == host)
  }

  @Test(arguments: [
    "example.fi", "10.0.0.1", "127.0.0.1.example.fi", "127.0.0", "localhost.example.fi", "::2", "0.0.0.0",
  ]) func plainBeyondLoopback(_ host: String) {
    #expect(throws: SMTPConfigurationError.plainBeyondLoopback) {
      try SMTPConfiguration(host: host, port: 25, security: .none, localName: "a.fi")
    }
  }

  static let refusedConfigurations: [(String, Int, String, SMTPConfigurationError)] = [
    ("", 25, "a.fi", .malformedHost), ("a/b", 25, "a.fi", .malformedHost), ("a@b", 25, "a.fi", .malformedHost),
    ("a:b", 25, "a.fi", .malformedHost), ("a.fi?x", 25, "a.fi", .malformedHost), ("a.fi", 0, "a.fi", .portOutOfRange),
    ("a.fi", 65_536, "a.fi", .portOutOfRange), ("a.fi", 25, "", .malformedLocalName),
    ("a.fi", 25, "a.fi\r\nMAIL", .malformedLocalName), ("a.fi", 25, "a/b", .malformedLocalName),
  ]

  @Test(arguments: refusedConfigurations)
  func refusedConfiguration(_ host: String, _ port: Int, _ localName: String, _ error: SMTPConfigurationError) {
    #expect(throws: error) { try SMTPConfiguration(host: host, port: port, security: .tls, localName: localName) }
  }

  @Test func refusedTimesAndCounts() {
    func make(_ connect: Duration, _ total: Duration, _ connections: Int) throws {
      _ = try SMTPConfiguration(
        host: "a.fi", port: 25, security: .tls, connectTimeout: connect, totalTimeout: total, localName: "a.fi",
        connections: connections)
    }
    for (connect, total) in [(0, 1), (2, 1), (1, 3601)] {
      #expect(throws: SMTPConfigurationError.timeoutOutOfRange) { try make(.seconds(connect), .seconds(total), 1) }
    }
    for count in [0, -1, 17] {
      #expect(throws: SMTPConfigurationError.connectionsOutOfRange) { try make(.seconds(1), .seconds(1), count) }
    }
  }

  @Test func passwordFiles() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "ohjaustila-\(UUID())")
    defer { try? FileManager.default.removeItem(at: file) }
    for (content, password) in [("a b", "a b"), ("ä\n", "ä"), ("x\r\n", "x")] {
      try Data(content.utf8).write(to: file)
      #expect(try SMTPCredentials(username: "u", passwordFile: file.path).password == password)
    }
    for content in ["", "\n", "a\nb", "a\n\n", "a\u{0}", String(repeating: "a", count: 1025)] {
      try Data(content.utf8).write(to: file)
      #expect(throws: SMTPConfigurationError.malformedCredentials) {
        try SMTPCredentials(username: "u", passwordFile: file.path)
      }
    }
    #expect(throws: SMTPConfigurationError.unreadablePasswordFile(path: "/nonexistent")) {
      try SMTPCredentials(username: "u", passwordFile: "/nonexistent")
    }
  }
}
