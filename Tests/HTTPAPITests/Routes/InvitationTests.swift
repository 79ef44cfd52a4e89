import HTTPTypes
import Testing

@testable import HTTPAPI

/// Customers without a personal identity code, and invitations that come to nothing.
@Suite struct InvitationTests {
  private func codes(_ service: TestService) async throws -> [String] {
    try await service.send(.get, "/dev/outbox").items.compactMap { $0["invitation"]?.text }
  }

  @Test func aCodeBindsOnce() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let invited = try await service.send(
        .post, scene.path + "/participants", as: scene.counsellor(), #"{"email":"matti@example.fi","name":"Matti"}"#)
      #expect(
        invited.status == .created && invited["unreachable"] == .bool(false) && invited["name"] == .string("Matti"))
      let code = try #require(try await codes(service).first)
      let body = #"{"invitation":"\#(code.lowercased())"}"#
      let matti = try await service.token("matti")
      #expect(try await service.send(.get, scene.path, as: matti).status == .notFound)
      let entered = try await service.send(.post, scene.path + "/entry", as: matti, body)
      #expect(entered.status == .ok && entered["participantId"] == invited["id"])
      #expect(try await service.send(.post, scene.path + "/entry", as: matti, body).status == .ok)
      let thief = try await service.send(.post, scene.path + "/entry", as: service.token("thief"), body)
      #expect(thief.status == .unprocessableContent && thief.problem == "invitation-refused")
      let gone = try await service.send(
        .delete, "\(scene.path)/participants/\(invited.string("id"))", as: scene.counsellor())
      #expect(gone.status == .conflict && gone.problem == "last-one")
    }
  }

  @Test func withdrawnAndExpiredCodesOpenNothing() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let counsellor = try await scene.counsellor()
      let invited = try await service.send(.post, scene.path + "/participants", as: counsellor, #"{"email":"a@b.fi"}"#)
      let place = "\(scene.path)/participants/\(invited.string("id"))"
      #expect(try await service.send(.delete, place, as: counsellor).status == .noContent)
      _ = try await service.send(.post, scene.path + "/participants", as: counsellor, #"{"email":"c@d.fi"}"#)
      _ = try await service.send(.post, "/dev/clock", #"{"advance":"P31D"}"#)
      for code in try await codes(service) + ["nonsense", "AAAA-AAAA-AAAA-AAAA"] {
        for space in [scene.path, "/v1/spaces/01990a1c-7b1f-7c55-9d2e-5a5d1f0a7d11"] {
          let answer = try await service.send(
            .post, space + "/entry", as: service.token("thief"), #"{"invitation":"\#(code)"}"#)
          #expect(answer.problem == "invitation-refused", "\(answer.text)")
        }
      }
    }
  }

  @Test func whoHasNoAddressIsUnreachable() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let answer = try await service.send(
        .post, scene.path + "/participants", as: scene.counsellor(), #"{"hetu":"030594W903B"}"#)
      #expect(answer.status == .created && answer["unreachable"] == .bool(true))
    }
  }
}
