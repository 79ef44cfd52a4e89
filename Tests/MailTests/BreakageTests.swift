import TestSupport
import Testing

@testable import Mail

/// Connections that hang or break, and what is then known of the mail.
@Suite struct BreakageTests {
  @Test func silenceBeforeTheBannerIsDeferred() async throws {
    try await TestMailServer.with(.silentBanner) { server in
      let client = SMTPClient(try .test(server, connectTimeout: .seconds(1)))
      #expect(await client.send(try sampleMail()).summary == "deferred - timeout")
    }
  }

  /// Some versions of libcurl stop at 300 KiB, the others when the time is over.
  @Test func endlessReplyIsDeferred() async throws {
    try await TestMailServer.with(.endlessReply) { server in
      let client = SMTPClient(try .test(server, connectTimeout: .seconds(2), totalTimeout: .seconds(2)))
      let outcome = await client.send(try sampleMail())
      #expect(["deferred - connection", "deferred - timeout"].contains(outcome.summary), "\(outcome)")
    }
  }

  /// The mail is larger than what sockets hold, so that its end surely wasn't sent.
  @Test func stallInTheMailIsDeferred() async throws {
    try await TestMailServer.with(.stallInData) { server in
      let client = SMTPClient(try .test(server, connectTimeout: .seconds(6), totalTimeout: .seconds(6)))
      #expect(await client.send(try largeMail()).summary == "deferred - timeout")
      #expect(try server.events().contains { $0.event == "data" })
    }
  }

  @Test func stallAfterTheMailIsUncertain() async throws {
    try await TestMailServer.with(.stallAfterData) { server in
      let client = SMTPClient(try .test(server, connectTimeout: .seconds(6), totalTimeout: .seconds(6)))
      #expect(await client.send(try sampleMail()).summary == "uncertain timeout")
      #expect(try server.mails().count == 1)
    }
  }

  @Test func connectionLostAfterTheMailIsUncertain() async throws {
    try await TestMailServer.with(.dropAfterData) { server in
      let outcome = await SMTPClient(try .test(server)).send(try sampleMail())
      #expect(outcome.summary == "uncertain connection", "\(outcome)")
      #expect(try server.mails().count == 1)
    }
  }

  @Test func serverThatDiesInTheMailIsDeferred() async throws {
    try await TestMailServer.with(.dieInData) { server in
      let outcome = await SMTPClient(try .test(server)).send(try largeMail())
      #expect(outcome.summary == "deferred - connection", "\(outcome)")
    }
  }

  /// The same under TLS, where a write to the dead connection may raise SIGPIPE.
  @Test func serverThatDiesUnderTLSIsDeferred() async throws {
    try await TestMailServer.with(.dieInData, security: .starttls) { server in
      let outcome = await SMTPClient(try .test(server, security: .startTLS)).send(try largeMail())
      #expect(outcome.summary == "deferred - connection", "\(outcome)")
    }
  }

  @Test func nobodyListening() async throws {
    let configuration = try await TestMailServer.with { try SMTPConfiguration.test($0) }
    #expect(await SMTPClient(configuration).send(try sampleMail()).summary == "deferred - connection")
  }

  @Test func unknownHost() async throws {
    let configuration = try SMTPConfiguration(
      host: "mail.invalid", port: 25, security: .startTLS, localName: "guidance.example.fi")
    #expect(await SMTPClient(configuration).send(try sampleMail()).summary == "deferred - resolution")
  }

  /// Another server on the port an open connection went to: the dead connection is noticed, and made anew.
  @Test func serverGoneBetweenMails() async throws {
    try await TestMailServer.with { server in
      let client = SMTPClient(try .test(server))
      #expect(await client.send(try sampleMail()).summary == "accepted")
      server.stop()
      #expect(await client.send(try sampleMail()).summary == "deferred - connection")
    }
  }

  @Test func cancelledBeforeTheMail() async throws {
    try await TestMailServer.with(.silentBanner) { server in
      let client = SMTPClient(try .test(server))
      let mail = try sampleMail()
      let sending = Task { await client.send(mail) }
      try await server.waits { $0.event == "connection" }
      sending.cancel()
      #expect(await sending.value.summary == "deferred - cancelled")
    }
  }

  @Test func cancelledWhileWaitingForATurn() async throws {
    try await TestMailServer.with(.silentBanner) { server in
      let client = SMTPClient(try .test(server))
      let mail = try sampleMail()
      let first = Task { await client.send(mail) }
      try await server.waits { $0.event == "connection" }
      let second = Task { await client.send(mail) }
      second.cancel()
      #expect(await second.value.summary == "deferred - cancelled")
      first.cancel()
      #expect(await first.value.summary == "deferred - cancelled")
    }
  }

  /// Once all is sent, a cancelled task waits for the reply: here none comes, so that the time runs out.
  @Test func cancelledAfterTheMailStaysUncertain() async throws {
    try await TestMailServer.with(.stallAfterData) { server in
      let client = SMTPClient(try .test(server, connectTimeout: .seconds(6), totalTimeout: .seconds(6)))
      let mail = try sampleMail()
      let sending = Task { await client.send(mail) }
      try await server.waits { $0.event == "mail" }
      sending.cancel()
      #expect(await sending.value.summary == "uncertain timeout")
    }
  }

  /// A refused mail ends the connection; that the server doesn't answer to QUIT holds nobody up for long.
  @Test(.timeLimit(.minutes(1))) func silenceAfterQuit() async throws {
    try await TestMailServer.with(.silentQuit) { server in
      let client = SMTPClient(try .test(server, totalTimeout: .seconds(3600)))
      #expect(await client.send(try sampleMail(to: "nobody@example.fi")).summary == "refused 550 recipient")
      #expect(await client.send(try sampleMail()).summary == "accepted")
    }
  }

  /// The same when an idle connection is closed.
  @Test(.timeLimit(.minutes(1))) func silenceAfterIdleQuit() async throws {
    try await TestMailServer.with(.silentQuit) { server in
      let client = SMTPClient(try .test(server, totalTimeout: .seconds(3600), idleTimeout: .zero))
      #expect(await client.send(try sampleMail()).summary == "accepted")
      try await server.waits { $0.event == "quit" }
      #expect(await client.send(try sampleMail()).summary == "accepted")
    }
  }

  private func largeMail() throws -> MailMessage {
    // Every byte takes three in quoted-printable.
    try sampleMail(text: String(repeating: "ä", count: MailMessage.largestBody / 2), html: nil)
  }
}
