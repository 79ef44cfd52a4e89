import AsyncHTTPClient
import Foundation
import Guidance
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
        #expect(mails.map(\.sender) == [Office.sender])
        let text = try #require(mails.first?.text)
        #expect(text.contains("\(Office.baseURL)/spaces/\(space)"))
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
          try await office.cluster.count("SELECT count(*) FROM ohjaustila.delivery WHERE is_dead") == 1
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
  static let sender = "ohjaustila@example.fi"
  static let baseURL = "https://ohjaustila.example.fi"

  let cluster: Cluster
  let copies: [ServiceCopy]
  let http: HTTPClient
  let organisation: String

  var client: Client { Client(copies: copies, http: http, seed: Plan.seed) }

  static func with(_ mail: TestMailServer, copies count: Int, _ body: (Office) async throws -> Void) async throws {
    let folder = try TestCluster.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let cluster = try await Cluster(in: folder.appending(path: "postgres"))
    let program = Program(
      resources: TestInstallation.repository, environment: environment(cluster, mail), logs: folder)
    let arguments = ["serve", "--port", "0", "--dev", "--data", folder.appending(path: "data").path]
    let copies = (0..<count).map { ServiceCopy(program, name: "copy\($0)", arguments: arguments) }
    let http = HTTPClient(eventLoopGroupProvider: .singleton)
    do {
      let migration = try await program.run(["migrate"], log: "migrate.log")
      try #require(migration.end == .exited(0), "\(migration.output)")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for copy in copies { group.addTask { try await copy.supervise() } }
        do {
          try await body(try await found(cluster, copies, http))
        } catch {
          for copy in copies { copy.stop() }
          throw error
        }
        for copy in copies { copy.stop() }
        try await group.waitForAll()
      }
    } catch {
      try await http.shutdown()
      await cluster.stop()
      throw error
    }
    try await http.shutdown()
    await cluster.stop()
  }

  private static func environment(_ cluster: Cluster, _ mail: TestMailServer) -> [String: String] {
    cluster.variables.merging([
      "OHJAUSTILA_SMTP_HOST": "127.0.0.1", "OHJAUSTILA_SMTP_PORT": "\(mail.port)",
      "OHJAUSTILA_SMTP_SECURITY": "none", "OHJAUSTILA_MAIL_FROM": sender, "OHJAUSTILA_BASE_URL": baseURL,
    ]) { $1 }
  }

  private static func found(_ cluster: Cluster, _ copies: [ServiceCopy], _ http: HTTPClient) async throws -> Office {
    var client = Client(copies: copies, http: http, seed: Plan.seed)
    let draft = #"{"name":"TE-palvelut","admins":[{"subject":"aino","name":"Aino"}]}"#
    let made = try await client.require(.post("/v1/organisations", draft, key: "organisation"), as: .operator)
    let organisation = try #require(made.members.id)
    let appointment = #"{"name":"Olli","roles":["counsellor"],"commitmentSignedOn":"2026-01-02"}"#
    _ = try await client.require(
      Call(
        method: "PUT", path: "/v1/organisations/\(organisation)/staff/\(Person.counsellor(0).subject)",
        body: Array(appointment.utf8), headers: ["Content-Type": "application/json"]), as: .admin)
    return Office(cluster: cluster, copies: copies, http: http, organisation: organisation)
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
    try await cluster.count(
      "SELECT (SELECT count(*) FROM ohjaustila.outbox) + (SELECT count(*) FROM ohjaustila.delivery WHERE NOT is_dead)")
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
