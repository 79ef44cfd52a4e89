import HTTPTypes
import Testing

@testable import HTTPAPI

/// Who gets in, and what those see who do not.
@Suite struct WhoMayTests {
  private static let paths = [
    "", "/timeline", "/messages", "/files", "/participants", "/archive", "/journal", "/feedback", "/events",
    "/files/01990a1c-7b1f-7c55-9d2e-5a5d1f0a7d11",
  ]

  @Test func othersFindNothing() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      _ = try await Scene.organisation(service, admin: "otherAdmin", counsellor: "otherCounsellor")
      for subject in ["otherAdmin", "otherCounsellor", "operator", "nobody"] {
        let token = try await service.token(subject)
        for path in Self.paths {
          let answer = try await service.send(.get, scene.path + path, as: token)
          #expect(answer.status == .notFound && answer.problem == "not-found", "\(subject) \(path)")
        }
        for act in ["close", "reactivate", "archive", "messages", "participants", "entry"] {
          let body = act == "messages" ? #"{"text":"x"}"# : act == "participants" ? #"{"email":"a@b.fi"}"# : "{}"
          let answer = try await service.send(.post, "\(scene.path)/\(act)", as: token, body)
          #expect(answer.status == .notFound, "\(subject) \(act)")
        }
        #expect(try await service.send(.get, "/v1/spaces", as: token).items.isEmpty)
        #expect(
          try await service.send(.get, "/v1/organisations/\(scene.organisation)/staff", as: token).status == .notFound)
      }
    }
  }

  @Test func anAdminSeesTheEnvelopeOnly() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let admin = try await scene.admin()
      let envelope = try await service.send(.get, scene.path, as: admin)
      #expect(envelope.status == .ok && envelope["state"] == .string("active"))
      for name in ["title", "participants", "topics", "language", "participantId"] {
        #expect(envelope.json[name] == nil, "\(name)")
      }
      for path in ["/messages", "/files", "/participants", "/archive", "/journal", "/events"] {
        #expect(try await service.send(.get, scene.path + path, as: admin).problem == "forbidden", "\(path)")
      }
      #expect(try await service.send(.get, "/v1/spaces", as: admin).items.isEmpty)
      #expect(try await service.send(.get, "/v1/spaces?role=admin", as: admin).items.count == 1)
    }
  }

  @Test func anAdminArchivesAndSeesNoMore() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let admin = try await scene.admin()
      let archived = try await service.send(
        .post, scene.path + "/archive", as: admin, #"{"reason":"counsellorUnavailable"}"#)
      #expect(archived.status == .ok && archived["state"] == .string("archived"))
      guard case .object(let members) = archived.json else { throw Unexpected(archived) }
      #expect(members.map(\.name) == ["id", "state", "timeline"])
      #expect(try await service.send(.get, scene.path, as: admin).status == .notFound)
      #expect(try await service.send(.get, scene.path, as: scene.customer())["state"] == .string("archived"))
    }
  }

  @Test func withoutCommitmentNothingIsReached() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let member = "/v1/organisations/\(scene.organisation)/staff/counsellor"
      let put = try await service.send(.put, member, as: scene.admin(), #"{"name":"Olli","roles":["counsellor"]}"#)
      #expect(put.status == .ok && put.json["commitmentSignedOn"] == nil)
      let counsellor = try await scene.counsellor()
      #expect(try await service.send(.get, scene.path, as: counsellor).status == .notFound)
      let refused = try await service.send(
        .post, "/v1/spaces", as: counsellor,
        #"{"organisationId":"\#(scene.organisation)","title":"x","customers":[{"email":"a@b.fi"}]}"#)
      #expect(refused.problem == "forbidden" && refused["reason"] == .string("commitmentMissing"))
    }
  }

  @Test func dismissalEndsAccessAndLeavesOrphans() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let organisation = "/v1/organisations/\(scene.organisation)"
      let admin = try await scene.admin()
      #expect(try await service.send(.get, organisation + "/orphans", as: admin).items.isEmpty)
      #expect(try await service.send(.delete, organisation + "/staff/counsellor", as: admin).status == .noContent)
      #expect(try await service.send(.delete, organisation + "/staff/counsellor", as: admin).status == .notFound)
      #expect(try await service.send(.get, scene.path, as: scene.counsellor()).status == .notFound)
      let orphans = try await service.send(.get, organisation + "/orphans", as: admin)
      #expect(orphans.items.map { ($0["id"] ?? .null).text } == [scene.space])
      let last = try await service.send(.delete, organisation + "/staff/admin", as: admin)
      #expect(last.status == .conflict && last.problem == "last-one")
    }
  }
}
