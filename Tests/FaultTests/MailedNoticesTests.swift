import Foundation
import Postgres
import TestSupport
import Testing

/// The real executable with a real mail server beside it: what reaches people, and how often.
@Suite struct MailedNoticesTests {
  /// Ten people are invited while the copies that send are killed: each gets the invitation, and who gets it twice can
  /// tell by its Message-ID.
  @Test(.timeLimit(.minutes(10))) func everybodyIsToldAlsoOverCrashes() async throws {
    try await TestMailServer.with { mail in
      try await Office.with(mail, copies: 2) { office in
        var client = office.client
        let people = (0..<10).map { "vieras\($0)@example.fi" }
        var random = SplitMix64(seed: Plan.seed)
        print("mailed notices: OHJAUSTILA_SEED=\(Plan.seed)")
        for person in people {
          _ = try await office.invite(person, &client)
          if Bool.random(using: &random) { _ = office.copies.randomElement(using: &random)?.kill() }
        }
        try await office.settle(&client)
        let mails = try mail.mails()
        #expect(Set(mails.flatMap { $0.recipients ?? [] }) == Set(people))
        for (person, theirs) in Dictionary(grouping: mails, by: { $0.recipients ?? [] }) {
          #expect(Set(theirs.compactMap(\.messageID)).count == 1, "\(person)")
        }
        #expect(Set(mails.compactMap(\.messageID)).count == people.count)
      }
    }
  }

  /// A server that wants to be asked twice gets the same mail again; without a crash nobody is told twice.
  @Test(.timeLimit(.minutes(10))) func aGreylistedMailArrivesOnce() async throws {
    try await TestMailServer.with(.greylist) { mail in
      try await Office.with(mail, copies: 2) { office in
        var client = office.client
        let space = try await office.invite("vieras@example.fi", &client)
        try await eventually("a refusal for now") { try mail.events().contains { $0.event == "recipient" } }
        try await office.settle(&client)
        let mails = try mail.mails()
        #expect(mails.map(\.recipients) == [["vieras@example.fi"]])
        #expect(mails.map(\.sender) == [TestMailServer.sender])
        let text = try #require(mails.first?.text)
        #expect(text.contains("\(TestMailServer.baseURL)/spaces/\(space)"))
        #expect(!text.contains("Salainen otsikko"))
      }
    }
  }

  /// What is refused for good is a dead letter, which an operator has tried again when the reason is gone.
  @Test(.timeLimit(.minutes(10))) func aRefusedMailIsADeadLetter() async throws {
    try await TestMailServer.with { mail in
      try await Office.with(mail, copies: 1) { office in
        var client = office.client
        _ = try await office.invite("nobody@example.fi", &client)
        try await eventually("a dead letter") {
          try await office.site.cluster.count("SELECT count(*) FROM ohjaustila.delivery WHERE is_dead") == 1
        }
        let listed = try await client.require(.get("/v1/notices?state=dead"), as: .operator)
        let body = String(decoding: listed.bytes, as: UTF8.self)
        #expect(body.contains(#""reason":"recipient-550""#) && !body.contains("example.fi"), "\(body)")
        #expect(try mail.mails().isEmpty)
      }
    }
  }
}

/// An organisation with a counsellor on a running service that has a mail server.
private struct Office {
  let site: Site
  let copies: [ServiceCopy]
  let organisation: String

  var client: Client { site.client(of: copies) }

  static func with(_ mail: TestMailServer, copies count: Int, _ body: (Office) async throws -> Void) async throws {
    try await Site.with(environment: { _ in mail.variables }) { site in
      let copies = (0..<count).map { site.copy("copy\($0)") }
      try await ServiceCopy.whileRunning(copies) {
        var client = site.client(of: copies)
        try await body(Office(site: site, copies: copies, organisation: try await client.found()))
      }
    }
  }

  /// Opens a space for somebody who is known by an address only.
  ///
  /// - Returns: the space.
  func invite(_ address: String, _ client: inout Client) async throws -> String {
    let draft = """
      {"organisationId":"\(organisation)","title":"Salainen otsikko","customers":[{"email":"\(address)"}]}
      """
    let made = try await client.require(.post("/v1/spaces", draft, key: address), as: .counsellor(0))
    return try #require(made.members.id)
  }

  /// Lets time pass, past pauses and the leases of the dead, until nothing waits to be sent.
  func settle(_ client: inout Client) async throws {
    var client = client
    try await eventually("the last mail") {
      if try await waiting() == 0 { return true }
      _ = try await client.require(.post("/dev/clock", #"{"advance":"PT1H"}"#))
      try await Task.sleep(for: .milliseconds(500))
      return false
    }
  }

  private func waiting() async throws -> Int {
    try await site.cluster.count(
      "SELECT (SELECT count(*) FROM ohjaustila.outbox) + (SELECT count(*) FROM ohjaustila.delivery WHERE NOT is_dead)")
  }
}

extension TestMailServer {
  static let sender = "ohjaustila@example.fi"
  static let baseURL = "https://ohjaustila.example.fi"

  /// Variables of a program that is to send its mail here.
  var variables: [String: String] {
    [
      "OHJAUSTILA_SMTP_HOST": "127.0.0.1", "OHJAUSTILA_SMTP_PORT": "\(port)", "OHJAUSTILA_SMTP_SECURITY": "none",
      "OHJAUSTILA_MAIL_FROM": Self.sender, "OHJAUSTILA_BASE_URL": Self.baseURL,
    ]
  }
}

extension TestMailServer.Event {
  /// The mail as it can be searched: soft line ends of quoted-printable undone.
  fileprivate var text: String {
    String(decoding: content ?? Data(), as: UTF8.self).replacing("=\r\n", with: "").replacing("=\n", with: "")
  }

  fileprivate var messageID: String? {
    text.firstMatch(of: /(?i)message-id:\s*<([^>]+)>/).map { String($0.1) }
  }
}
