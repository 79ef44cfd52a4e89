import TestSupport
import Testing

@testable import Mail

/// TLS, certificates and logging in.
@Suite struct EncryptionTests {
  @Test(arguments: [(TestMailServer.Security.starttls, SMTPConfiguration.Security.startTLS), (.tls, .tls)])
  func encrypted(_ offered: TestMailServer.Security, _ wanted: SMTPConfiguration.Security) async throws {
    try await TestMailServer.with(security: offered, password: "salasana äö") { server in
      let client = SMTPClient(try .test(server, security: wanted, password: "salasana äö"))
      for number in 1...2 {
        let outcome = await client.send(try sampleMail(messageID: "\(number)@example.fi"))
        #expect(outcome.summary == "accepted", "\(outcome)")
      }
      let mails = try server.mails()
      #expect(mails.count == 2 && mails.allSatisfy { $0.tls == true && $0.authenticated == true })
      #expect(Set(mails.map(\.peer)).count == 1)
      #expect(try server.events().filter { $0.event == "authentication" }.map(\.mechanism) == ["PLAIN"])
    }
  }

  @Test(arguments: [(TestMailServer.Security.starttls, SMTPConfiguration.Security.startTLS), (.tls, .tls)])
  func unknownAuthority(_ offered: TestMailServer.Security, _ wanted: SMTPConfiguration.Security) async throws {
    try await TestMailServer.with(security: offered) { server in
      let client = SMTPClient(try .test(server, security: wanted, trustsAuthority: false))
      #expect(await client.send(try sampleMail()).summary == "deferred - certificate")
      #expect(try !server.events().contains { $0.event == "sender" })
    }
  }

  @Test func certificateOfAnotherHost() async throws {
    try await TestMailServer.with(security: .starttls, name: "mail.example.fi") { server in
      let client = SMTPClient(try .test(server, security: .startTLS))
      #expect(await client.send(try sampleMail()).summary == "deferred - certificate")
    }
  }

  @Test func missingAuthorityFile() async throws {
    try await TestMailServer.with { server in
      let configuration = try SMTPConfiguration(
        host: "localhost", port: server.port, security: .startTLS, authorityFile: "/nonexistent.pem",
        localName: "guidance.example.fi")
      let outcome = await SMTPClient(configuration).send(try sampleMail())
      #expect(outcome.summary == "deferred - encryption" || outcome.summary == "deferred - certificate")
    }
  }

  /// Whoever strips STARTTLS from the server's offer gets no mail and no password.
  @Test func startTLSNotOffered() async throws {
    try await TestMailServer.with(password: "salasana") { server in
      let client = SMTPClient(try .test(server, security: .startTLS, password: "salasana", trustsAuthority: false))
      #expect(await client.send(try sampleMail()).summary == "deferred - encryption")
      #expect(try server.events().allSatisfy { ["connection", "end"].contains($0.event) })
    }
  }

  @Test func startTLSRefused() async throws {
    try await TestMailServer.with(.refuseStartTLS, security: .starttls) { server in
      let client = SMTPClient(try .test(server, security: .startTLS))
      #expect(await client.send(try sampleMail()).summary == "deferred 454 encryption")
      #expect(try !server.events().contains { $0.event == "sender" })
    }
  }

  @Test func noTLSOnItsPort() async throws {
    try await TestMailServer.with { server in
      let client = SMTPClient(try .test(server, security: .tls, trustsAuthority: false))
      #expect(await client.send(try sampleMail()).summary == "deferred - encryption")
    }
  }

  @Test func wrongPasswordIsDeferred() async throws {
    try await TestMailServer.with(security: .starttls, password: "salasana") { server in
      let client = SMTPClient(try .test(server, security: .startTLS, password: "väärä"))
      let outcome = await client.send(try sampleMail())
      #expect(outcome.summary == "deferred 535 authentication", "\(outcome)")
      #expect(outcome.cause?.concernsInstallation == true)
    }
  }

  @Test func noPasswordIsDeferred() async throws {
    try await TestMailServer.with(security: .starttls, password: "salasana") { server in
      let client = SMTPClient(try .test(server, security: .startTLS))
      let outcome = await client.send(try sampleMail())
      #expect(outcome.summary == "deferred 530 authentication", "\(outcome)")
    }
  }

  /// A server that asks nobody to log in gets the mail, and no password.
  @Test func authenticationNotOffered() async throws {
    try await TestMailServer.with { server in
      let client = SMTPClient(try .test(server, password: "salasana"))
      #expect(await client.send(try sampleMail()).summary == "accepted")
      #expect(try server.mails().count == 1)
      #expect(try !server.events().contains { $0.event == "authentication" })
    }
  }
}
