import Dispatch
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

/// A repeated POST has no second effect.
@Suite struct IdempotencyTests {
  private static let key: HTTPFields = [.idempotencyKey: "b2c1"]

  @Test func repeatsAnswerTheSame() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let token = try await scene.counsellor()
      let space = #"{"organisationId":"\#(scene.organisation)","title":"Toinen","customers":[{"email":"a@b.fi"}]}"#
      for (path, body) in [
        ("/v1/spaces", space), (scene.path + "/messages", #"{"text":"Hei"}"#),
        (scene.path + "/participants", #"{"email":"b@c.fi"}"#), (scene.path + "/close", "{}"),
      ] {
        let first = try await service.send(.post, path, as: token, body, headers: Self.key)
        let second = try await service.send(.post, path, as: token, body, headers: Self.key)
        #expect(first.status == second.status && first.string("id") == second.string("id"), "\(path): \(second.text)")
        #expect(first.string("id") != "" && first.tag == second.tag)
      }
      #expect(try await service.send(.get, "/v1/spaces", as: token).items.count == 2)
      #expect(try await service.send(.get, scene.path + "/messages", as: token).items.count == 1)
      #expect(try await service.send(.get, scene.path + "/participants", as: token).items.count == 3)
    }
  }

  @Test func aRepeatedClosingIsNoSecondOne() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let token = try await scene.counsellor()
      for act in ["close", "reactivate", "close"] {
        let headers: HTTPFields = [.idempotencyKey: "\(act)-1"]
        #expect(try await service.send(.post, "\(scene.path)/\(act)", as: token, headers: headers).status == .ok)
      }
      // The second closing repeated the first, which has been undone since: nothing happened.
      #expect(try await service.send(.get, scene.path, as: token)["state"] == .string("active"))
    }
  }

  @Test func keysAreBoundToTheirRequest() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let (token, path) = (try await scene.counsellor(), scene.path + "/messages")
      _ = try await service.send(.post, path, as: token, #"{"text":"a"}"#, headers: Self.key)
      let other = try await service.send(.post, path, as: token, #"{"text":"b"}"#, headers: Self.key)
      #expect(other.status == .unprocessableContent && other.problem == "idempotency-mismatch")
      // Somebody else's key of the same name is another key; so is this one after a day.
      let theirs = try await service.send(.post, path, as: scene.customer(), #"{"text":"c"}"#, headers: Self.key)
      #expect(theirs.status == .created)
      _ = try await service.send(.post, "/dev/clock", #"{"advance":"P1DT1S"}"#)
      let later = try await service.send(.post, path, as: scene.counsellor(), #"{"text":"b"}"#, headers: Self.key)
      #expect(later.status == .created)
    }
  }

  @Test(arguments: ["", "two words", "ä", String(repeating: "x", count: 256)])
  func malformedKeysAreRefused(_ key: String) async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let answer = try await service.send(
        .post, scene.path + "/messages", as: scene.counsellor(), #"{"text":"a"}"#, headers: [.idempotencyKey: key])
      #expect(answer.status == .badRequest && answer.problem == "invalid-header")
      #expect(answer["field"] == .string("Idempotency-Key"))
    }
  }

  @Test func aRequestInProgressIsNotRepeated() async throws {
    try await TestService.with { service in
      let token = try await service.token("operator")
      let body = #"{"name":"X","admins":[{"subject":"a"}]}"#
      let lock = TableLock("organisation", url: service.installation.adminURL)
      try await lock.hold {
        async let first = service.send(.post, "/v1/organisations", as: token, body, headers: Self.key)
        try await lock.somebodyWaits()
        let second = try await service.send(.post, "/v1/organisations", as: token, body, headers: Self.key)
        #expect(second.status == .conflict && second.problem == "idempotency-in-progress")
        #expect(second.headers[.retryAfter] == "1")
        lock.release()
        #expect(try await first.status == .created)
      }
    }
  }
}
