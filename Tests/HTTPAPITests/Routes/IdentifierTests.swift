import HTTPTypes
import Testing

@testable import HTTPAPI

/// Which personal identity codes stand for people, and what of identifiers in the wrong place comes back.
@Suite struct IdentifierTests {
  private static let strict = API.Configuration(
    operators: [.init(issuer: TestIssuer.url, subject: "operator")], staffIssuers: [TestIssuer.url])

  /// Individual numbers 900–999 are nobody's for good: without the configuration's leave they stand for nobody.
  @Test func temporaryCodesNeedLeave() async throws {
    try await TestService.with(configuration: Self.strict) { service in
      let organisation = try await Scene.organisation(service, admin: "admin", counsellor: "counsellor")
      let counsellor = try await service.token("counsellor")
      func open(_ hetu: String) async throws -> Answer {
        try await service.send(
          .post, "/v1/spaces", as: counsellor,
          #"{"organisationId":"\#(organisation)","title":"x","customers":[{"hetu":"\#(hetu)"}]}"#)
      }
      let temporary = try await open(Scene.hetu)
      #expect(temporary.status == .unprocessableContent && temporary.string("field") == "/customers/0/hetu")
      let opened = try await open("010190-123M")
      #expect(opened.status == .created)
      let path = "/v1/spaces/\(opened.string("id"))"
      let customer = try await service.token("maija", #""hetu":"010190-123M""#)
      #expect(try await service.send(.get, path, as: customer).status == .ok)
      let invited = try await service.send(.post, path + "/participants", as: counsellor, #"{"hetu":"\#(Scene.hetu)"}"#)
      #expect(invited.status == .unprocessableContent && invited.string("field") == "/hetu")
    }
  }

  /// A name that is not one of ours is not repeated: it may be a person's.
  @Test(arguments: [
    "010594Y9032", "maija@example.fi", "Maija Mallikas", "Maija", "a b", "m%C3%A4", String(repeating: "x", count: 41),
    "",
  ])
  func strangeNamesDoNotComeBack(_ name: String) async throws {
    try await TestService.with { service in
      let token = try await service.token("somebody")
      let query = name.replacing(" ", with: "%20")
      let parameter = try await service.send(.get, "/v1/spaces?\(query)=1", as: token)
      #expect(parameter.status == .badRequest && parameter["field"] == .null)
      let member = try await service.send(.patch, "/v1/me", as: token, #"{"\#(name)":1}"#)
      #expect(member.status == .unprocessableContent && member.string("field") == "")
      for answer in [parameter, member] where !name.isEmpty { #expect(!answer.text.contains(name)) }
    }
  }

  @Test(arguments: [
    ("010594Y9032", false), ("x-010594y9032-1", false), ("010594Y9033", true), ("01990a1c-7b1f-7c55-9d2e", true),
  ])
  func requestIDsAreNobodysCode(_ id: String, _ isKept: Bool) {
    #expect((RequestID.accept(id) != nil) == isKept)
  }

  @Test func issuersThatAreAwayAreTold() async throws {
    let outages = [IssuerOutage(issuer: "https://login.example.fi", hasKeys: true)]
    try await TestService.with(outages: outages) { service in
      let ready = try await service.send(.get, "/health/ready")
      #expect(ready.status == .ok)
      #expect(
        ready.text
          == #"{"status":"ready","issuersAway":[{"issuer":"https://login.example.fi","hasKeys":true}]}"#)
    }
  }
}
