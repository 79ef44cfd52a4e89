import HTTPTypes
import Testing

@testable import HTTPAPI

/// Callers, organisations and staff.
@Suite struct PeopleTests {
  @Test func everybodyLearnsWhatTheyAre() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let stranger = try await service.send(.get, "/v1/me", as: service.token("nobody"))
      #expect(stranger["kind"] == .string("stranger") && stranger["roles"] == .array([]))
      let counsellor = try await service.send(.get, "/v1/me", as: scene.counsellor())
      #expect(counsellor["kind"] == .string("staff") && counsellor["roles"] == .array([.string("counsellor")]))
      guard case .array(let organisations) = counsellor["organisations"] else { throw Unexpected(counsellor) }
      #expect(organisations.map { ($0["id"] ?? .null).text } == [scene.organisation])
      let customer = try await service.send(.get, "/v1/me", as: scene.customer())
      #expect(customer["kind"] == .string("customer") && customer["language"] == .string("fi"))
    }
  }

  @Test func customersKeepTheirOwnAddress() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let customer = try await scene.customer()
      for (body, email, language) in [
        (#"{"email":"m@example.fi","language":"sv"}"#, JSONValue.string("m@example.fi"), "sv"),
        ("{}", .string("m@example.fi"), "sv"), (#"{"language":"en"}"#, .string("m@example.fi"), "en"),
        (#"{"email":null}"#, .null, "en"),
      ] {
        let me = try await service.send(.patch, "/v1/me", as: customer, body)
        #expect(me.status == .ok && me["email"] == email && me["language"] == .string(language), "\(body)")
      }
      #expect(try await service.send(.patch, "/v1/me", as: scene.counsellor(), "{}").status == .notFound)
    }
  }

  @Test func operatorsCreateOrganisations() async throws {
    try await TestService.with { service in
      let token = try await service.token("operator")
      let made = try await service.send(
        .post, "/v1/organisations", as: token,
        #"{"name":"TE","businessId":"2296962-1","language":"sv","controllerName":"C","controllerContact":"Puh. 1\n2","#
          + #""privacyNotice":"https://example.fi","admins":[{"subject":"a","name":"A","email":"a@b.fi"}]}"#)
      #expect(made.status == .created && made["businessId"] == .string("2296962-1"))
      let read = try await service.send(.get, made.headers[.location] ?? "", as: service.token("nobody"))
      #expect(read.status == .ok && read.bytes == made.bytes)
      for (body, field) in [
        (#"{"name":"TE","businessId":"2296962-2","admins":[{"subject":"a"}]}"#, "/businessId"),
        (#"{"name":"TE","admins":[]}"#, "/admins"), (#"{"name":"TE","admins":[{}]}"#, "/admins/0/subject"),
        (#"{"name":"TE","staffIssuer":"https://x","admins":[{"subject":"a"}]}"#, "/staffIssuer"),
      ] {
        let refused = try await service.send(.post, "/v1/organisations", as: token, body)
        #expect(refused.problem == "invalid-body" && refused.string("field") == field)
      }
    }
  }

  @Test func subjectsMayBeAnyText() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let path = "/v1/organisations/\(scene.organisation)/staff/a%2Fb%20%C3%A4"
      let put = try await service.send(.put, path, as: scene.admin(), #"{"name":"X","roles":["adviser","admin"]}"#)
      #expect(put.status == .created && put["subject"] == .string("a/b ä") && put.headers[.location] == path)
      let read = try await service.send(.get, path, as: scene.admin())
      #expect(read.status == .ok && read["roles"] == .array([.string("adviser"), .string("admin")]))
      let other = try await service.send(
        .put, path, as: scene.admin(), #"{"name":"X","roles":["admin"],"issuer":"https://other"}"#)
      #expect(other.problem == "invalid-body" && other["field"] == .string("/issuer"))
    }
  }
}
