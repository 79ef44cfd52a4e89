import TestSupport
import Testing

@testable import Mail

/// What a server may answer, over a real socket, and what that makes of a mail.
@Suite struct ReplyTests {
  @Test func acceptedWithTheBytesAsRendered() async throws {
    try await TestMailServer.with { server in
      let mail = try sampleMail()
      let outcome = await SMTPClient(try .test(server)).send(mail)
      #expect(outcome == .accepted(reply: "250 2.0.0 Ok: queued as 4F2A"))
      let seen = try #require(try server.mails().first)
      #expect(seen.content.map { [UInt8]($0) } == mail.rendered())
      #expect(seen.sender == "ei-vastausta@example.fi" && seen.recipients == ["anna.virtanen@example.fi"])
      #expect(seen.greeting == "guidance.example.fi" && seen.tls == false)
      let options = try #require(try server.events().first { $0.event == "sender" }?.options)
      #expect(options == ["SIZE=\(mail.rendered().count)"])
    }
  }

  static let answers: [(TestMailServer.Behaviour, String)] = [
    (.refuseRecipient, "refused 550 recipient"),
    (.longRefusal, "refused 550 recipient"),
    (.refuseRelay, "deferred 554 policy"),
    (.refuseSender, "deferred 550 sender"),
    (.refuseSize, "refused 552 message"),
    (.refuseContent, "refused 554 message"),
    (.refusePolicy, "deferred 550 policy"),
    (.deferContent, "deferred 452 message"),
    (.closingAtRecipient, "deferred 421 service"),
    (.closingBanner, "deferred 421 service"),
    (.refusingBanner, "deferred 554 service"),
    (.noSMTP, "deferred - connection"),
    (.longReplies, "accepted"),
  ]

  /// The texts hold no part of the recipient's address, though the server quotes it.
  @Test(arguments: answers) func answered(_ behaviour: TestMailServer.Behaviour, _ expected: String) async throws {
    try await TestMailServer.with(behaviour) { server in
      let outcome = await SMTPClient(try .test(server)).send(try sampleMail())
      #expect(outcome.summary == expected, "\(outcome)")
      #expect(!outcome.text.lowercased().contains("virtanen") && !outcome.text.contains("@"))
      #expect(outcome.text.count <= SMTPReason.longestText)
    }
  }

  @Test func greylistedThenAccepted() async throws {
    try await TestMailServer.with(.greylist) { server in
      let client = SMTPClient(try .test(server))
      #expect(await client.send(try sampleMail()).summary == "deferred 451 recipient")
      #expect(await client.send(try sampleMail()).summary == "accepted")
      #expect(try server.mails().count == 1)
    }
  }

  @Test func fiftyMailsOverOneConnection() async throws {
    try await TestMailServer.with { server in
      let client = SMTPClient(try .test(server))
      for number in 1...50 {
        #expect(await client.send(try sampleMail(messageID: "\(number)@example.fi")).summary == "accepted")
      }
      let mails = try server.mails()
      #expect(mails.count == 50 && Set(mails.map(\.peer)).count == 1)
    }
  }

  /// More at once than there are connections: each arrives once, and no connection more is made.
  @Test func concurrentMailsShareTheConnections() async throws {
    try await TestMailServer.with { server in
      let client = SMTPClient(try .test(server, connections: 3))
      let outcomes = try await withThrowingTaskGroup(of: SMTPOutcome.self) { group in
        for number in 1...30 {
          let mail = try sampleMail(to: "person\(number)@example.fi", messageID: "\(number)@example.fi")
          group.addTask { await client.send(mail) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes.allSatisfy { $0.summary == "accepted" })
      let mails = try server.mails()
      #expect(Set(mails.flatMap { $0.recipients ?? [] }) == Set((1...30).map { "person\($0)@example.fi" }))
      #expect(mails.count == 30 && Set(mails.map(\.peer)).count <= 3)
    }
  }

  /// The server closes the connection as its second mail begins; that says nothing of the mail.
  @Test func staleConnectionIsReplaced() async throws {
    try await TestMailServer.with(.stale) { server in
      let client = SMTPClient(try .test(server))
      #expect(await client.send(try sampleMail(messageID: "1@example.fi")).summary == "accepted")
      #expect(await client.send(try sampleMail(messageID: "2@example.fi")).summary == "accepted")
      let mails = try server.mails()
      #expect(mails.count == 2 && Set(mails.map(\.peer)).count == 2)
    }
  }

  @Test func idleConnectionIsClosed() async throws {
    try await TestMailServer.with { server in
      let client = SMTPClient(try .test(server, idleTimeout: .zero))
      #expect(await client.send(try sampleMail()).summary == "accepted")
      try await server.waits { $0.event == "end" }
      #expect(await client.send(try sampleMail()).summary == "accepted")
      #expect(Set(try server.mails().map(\.peer)).count == 2)
    }
  }
}
