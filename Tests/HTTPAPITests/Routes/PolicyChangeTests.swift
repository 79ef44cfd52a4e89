import Foundation
import Guidance
import HTTPTypes
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

/// A data protection officer previews and applies a later version of the policy; an operator lets many erasures go.
@Suite struct PolicyChangeTests {
  private static func policies() throws -> Policies {
    let path = TestInstallation.repository.appending(path: "Policies/ohjaustila.yaml")
    let text = try String(contentsOf: path, encoding: .utf8)
    let second = text.replacing("version: 1\n", with: "version: 2\n")
      .replacing("inactivity:\n    period: P3M", with: "inactivity:\n    period: P5M")
    return Policies([try PolicyFile.parse(text, file: "1"), try PolicyFile.parse(second, file: "2")])
  }

  /// A space that the first version governs, and a service that knows the second as well.
  private func with(_ body: @escaping @Sendable (TestService, Scene) async throws -> Void) async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let copy = try await service.installation.copy(policies: Self.policies())
      try await TestService.on(copy) { later in
        try await body(later, Scene(service: later, organisation: scene.organisation, space: scene.space))
      }
      await copy.shutdown()
    }
  }

  @Test func theOfficersWordIsTheApproval() async throws {
    try await with { service, scene in
      let body = #""organisationId":"\#(scene.organisation)","version":2"#
      let counsellor = try await scene.counsellor()
      let preview = "/v1/policies/ohjaustila/preview"
      let apply = "/v1/policies/ohjaustila/apply"
      for path in [preview, apply] {
        let text = path == preview ? "{\(body)}" : "{\(body),\"token\":\"x\"}"
        #expect(try await service.send(.post, path, as: counsellor, text).problem == "forbidden")
        for subject in ["operator", "nobody"] {
          let answer = try await service.send(.post, path, as: service.token(subject), text)
          #expect(answer.status == .unprocessableContent && answer.string("field") == "/organisationId")
        }
        #expect(try await service.send(.post, path, text).status == .unauthorized)
      }
      try await service.makeOfficer("counsellor", of: scene.organisation, by: "admin")
      let shown = try await service.send(.post, preview, as: counsellor, "{\(body)}")
      #expect(shown.status == .ok && shown["lengthened"] == .number("1"), "\(shown.text)")
      #expect(shown["erasedAtOnce"] == .number("0") && shown["dueAtOnce"] == .number("0"))
      guard case .array(let moves) = shown["moves"] else { throw Unexpected(shown) }
      #expect(moves.map { ($0["boundary"] ?? .null).text } == ["closing", "sealing", "archiving", "erasing"])
      for token in ["x", String(shown.string("token").dropLast())] {
        let refused = try await service.send(.post, apply, as: counsellor, #"{\#(body),"token":"\#(token)"}"#)
        #expect(refused.status == .unprocessableContent && refused.string("field") == "/token")
      }
      #expect(try await service.count("SELECT count(*) FROM ohjaustila.policy_approval") == 0)
      let text = #"{\#(body),"token":"\#(shown.string("token"))"}"#
      let applied = try await service.send(.post, apply, as: counsellor, text)
      #expect(applied["governed"] == .number("1") && applied["moved"] == .number("1"), "\(applied.text)")
      #expect(try await service.count("SELECT count(*) FROM ohjaustila.policy_approval") == 1)
      // Once more does nothing more.
      #expect(try await service.send(.post, apply, as: counsellor, text)["governed"] == .number("0"))
      let timeline = try await service.send(.get, scene.path + "/timeline", as: counsellor)
      guard case .array(let deadlines) = timeline["deadlines"] else { throw Unexpected(timeline) }
      #expect(deadlines[0]["cause"]?["period"] == .string("P5M"))
      let journal = try await service.send(.get, scene.path + "/journal", as: counsellor)
      let entry = try #require(journal.items.last { ($0["kind"] ?? .null).text == "policyChanged" })
      #expect((entry["entry"] ?? .null).text.contains(#""from":"1","to":"2""#))
    }
  }

  @Test func anotherOrganisationsOfficerReachesNothing() async throws {
    try await with { service, scene in
      let other = try await Scene.organisation(service, admin: "otherAdmin", counsellor: "otherCounsellor")
      try await service.makeOfficer("otherCounsellor", of: other, by: "otherAdmin")
      let token = try await service.token("otherCounsellor")
      let foreign = try await service.send(
        .post, "/v1/policies/ohjaustila/preview", as: token, #"{"organisationId":"\#(scene.organisation)","version":2}"#
      )
      #expect(foreign.status == .unprocessableContent && foreign.string("field") == "/organisationId")
      let own = try await service.send(
        .post, "/v1/policies/ohjaustila/preview", as: token, #"{"organisationId":"\#(other)","version":2}"#)
      #expect(own["lengthened"] == .number("0") && own["governed"] == .array([]))
      // Their token is for their organisation.
      let stolen = try await service.send(
        .post, "/v1/policies/ohjaustila/apply", as: token,
        #"{"organisationId":"\#(scene.organisation)","version":2,"token":"\#(own.string("token"))"}"#)
      #expect(stolen.status == .unprocessableContent)
      #expect(try await service.count("SELECT count(*) FROM ohjaustila.space WHERE policy_version = 2") == 0)
    }
  }

  @Test func whatIsNoChangeIsNamed() async throws {
    try await with { service, scene in
      try await service.makeOfficer("counsellor", of: scene.organisation, by: "admin")
      let token = try await scene.counsellor()
      let organisation = #""organisationId":"\#(scene.organisation)""#
      for (path, body, status, field) in [
        ("calls", "{\(organisation),\"version\":2}", 404, ""),
        ("ohjaustila", "{\(organisation),\"version\":3}", 422, "/version"),
        ("ohjaustila", "{\(organisation),\"version\":1}", 422, "/version"),
        ("ohjaustila", "{\(organisation),\"version\":0}", 422, "/version"),
        ("ohjaustila", "{\(organisation)}", 422, "/version"),
        ("ohjaustila", #"{"organisationId":"x","version":2}"#, 422, "/organisationId"),
        ("ohjaustila", "{\(organisation),\"version\":2,\"all\":true}", 422, "/all"),
      ] {
        let answer = try await service.send(.post, "/v1/policies/\(path)/preview", as: token, body)
        #expect(answer.status.code == status && answer.string("field") == field, "\(body) \(answer.text)")
      }
    }
  }

  @Test func anOperatorLetsManyErasuresGo() async throws {
    var options = GuidanceStore.Options()
    (options.erasureLimit.spaces, options.erasureLimit.percent) = (0, 0)
    try await TestService.with(options: options) { service in
      let scene = try await Scene(service)
      let erases = try await scene.instant("erasesAt", as: scene.counsellor())
      try await service.store.moveClock(to: try #require(Instant(erases)))
      let token = try await scene.operator()
      for body in [#"{"dryRun":true}"#, "{}"] {
        let held = try await service.send(.post, "/v1/lifecycle/sweeps", as: token, body)
        #expect(held["erasuresHeld"] == .number("1") && held["crossed", "erased"] == .number("0"))
      }
      #expect(try await service.send(.get, "/health/ready").status == .ok)
      for (body, status) in [
        (#"{"confirmErasures":0}"#, 422), (#"{"confirmErasures":1,"dryRun":true}"#, 422),
        (#"{"confirmErasures":1}"#, 200),
      ] {
        let answer = try await service.send(.post, "/v1/lifecycle/sweeps", as: token, body)
        #expect(answer.status.code == status, "\(body) \(answer.text)")
        if status == 200 { #expect(answer["destroyed"] == .number("1")) }
      }
    }
  }
}

extension TestService {
  fileprivate func count(_ query: Query) async throws -> Int {
    try await installation.asAdmin(query) { try $0.get(0, as: Int.self) }.first ?? 0
  }

  /// An admin appoints a counsellor as data protection officer too.
  fileprivate func makeOfficer(_ subject: String, of organisation: String, by admin: String) async throws {
    let appointed = try await send(
      .put, "/v1/organisations/\(organisation)/staff/\(subject)", as: token(admin),
      #"{"name":"Tiina Tietosuoja","roles":["counsellor","dataProtectionOfficer"],"commitmentSignedOn":"2026-01-02"}"#)
    guard appointed.status == .ok else { throw Unexpected(appointed) }
  }
}
