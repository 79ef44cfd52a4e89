import HTTPTypes
import Testing

@testable import HTTPAPI

/// Entity tags, and changes that build on what was read.
@Suite struct ConditionalTests {
  @Test func changesBuildOnWhatWasRead() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let token = try await scene.counsellor()
      let read = try await service.send(.get, scene.path, as: token)
      #expect(read.tag.hasPrefix("\"") && read.tag.hasSuffix("\""))
      let changed = try await service.send(
        .patch, scene.path, as: token, #"{"title":"Uusi","language":"sv"}"#, headers: [.ifMatch: read.tag])
      #expect(changed.status == .ok && changed.tag != read.tag && changed.string("title") == "Uusi")
      for tag in [read.tag, "W/" + changed.tag] {
        let late = try await service.send(.patch, scene.path, as: token, #"{"title":"x"}"#, headers: [.ifMatch: tag])
        #expect(late.status == .preconditionFailed && late.problem == "precondition-failed")
        let closed = try await service.send(.post, scene.path + "/close", as: token, headers: [.ifMatch: tag])
        #expect(closed.status == .preconditionFailed)
      }
      let any = try await service.send(.post, scene.path + "/close", as: token, headers: [.ifMatch: "*"])
      #expect(any.status == .ok && any.string("title") == "Uusi" && any["language"] == .string("sv"))
    }
  }

  @Test func aBoundaryCrossedSinceCountsAsChange() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let read = try await service.send(.get, scene.path, as: scene.counsellor())
      try await scene.advance(to: "closesAt", as: scene.counsellor())
      let late = try await service.send(
        .post, scene.path + "/reactivate", as: scene.counsellor(), headers: [.ifMatch: read.tag])
      #expect(late.status == .preconditionFailed)
    }
  }

  @Test func rolesHaveTagsOfTheirOwn() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let tags = [
        try await service.send(.get, scene.path, as: scene.counsellor()).tag,
        try await service.send(.get, scene.path, as: scene.admin()).tag,
      ]
      #expect(Set(tags).count == 2)
    }
  }

  @Test(arguments: ["3-active-counsellor", "\"", "\"a\", \"b\"", "\"a"])
  func malformedTagsAreRefused(_ tag: String) async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let answer = try await service.send(
        .patch, scene.path, as: scene.counsellor(), #"{"title":"x"}"#, headers: [.ifMatch: tag])
      #expect(answer.status == .badRequest && answer.problem == "invalid-header", "\(answer.text)")
    }
  }
}
