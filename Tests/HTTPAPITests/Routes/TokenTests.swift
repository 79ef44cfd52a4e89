import Crypto
import Guidance
import HTTPTypes
import Lifecycle
import Testing

@testable import HTTPAPI

/// Tokens that do not count, or not for this.
@Suite struct TokenTests {
  @Test func badTokensAreChallenged() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let forged = try TestIssuer(key: P256.Signing.PrivateKey()).sign(
        TestIssuer.Claims(subject: "counsellor"), now: service.store.clock.now.microseconds)
      let expired = try await scene.counsellor()
      let moved = try await service.send(.post, "/dev/clock", #"{"advance":"PT2H"}"#)
      #expect(moved.status == .ok)
      for (token, problem) in [
        (nil, "unauthenticated"), ("", "invalid-token"), ("x.y.z", "invalid-token"), (forged, "invalid-token"),
        (expired, "invalid-token"),
      ] as [(String?, String)] {
        let answer = try await service.send(.get, scene.path, as: token)
        #expect(answer.status == .unauthorized && answer.problem == problem)
        #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
      }
    }
  }

  @Test(arguments: [
    (#""acr":null"#, "assurance-too-low"), (#""acr":"password""#, "assurance-too-low"),
  ])
  func aWeakCustomerIsToldToStepUp(_ members: String, _ problem: String) async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let weak = try await service.token("maija", #""hetu":"\#(Scene.hetu)",\#(members)"#)
      for (method, path) in [(HTTPRequest.Method.get, ""), (.post, "/entry"), (.get, "/messages")] {
        let answer = try await service.send(method, scene.path + path, as: weak)
        #expect(answer.status == .unauthorized && answer.problem == problem)
        #expect(answer["acceptedAcr"] == .array([.string(TestIssuer.assurance)]))
      }
    }
  }

  @Test func staffAndOperatorsNeedNoCustomersAssurance() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let counsellor = try await service.token("counsellor", #""acr":null"#)
      #expect(try await service.send(.get, scene.path, as: counsellor).status == .ok)
      let `operator` = try await service.token("operator", #""acr":null"#)
      #expect(try await service.send(.get, "/v1/organisations", as: `operator`).items.count == 1)
      #expect(try await service.send(.get, "/v1/me", as: `operator`)["roles"] == .array([.string("operator")]))
    }
  }

  @Test func anAuthenticationInTheFutureIsRefused() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let future = service.store.clock.now + .seconds(86_400)
      let token = try await service.token("maija", #""hetu":"\#(Scene.hetu)","authTime":"\#(future)""#)
      let answer = try await service.send(.get, scene.path, as: token)
      #expect(answer.status == .unauthorized && answer["reason"] == .string("notYetValid"))
    }
  }
}
