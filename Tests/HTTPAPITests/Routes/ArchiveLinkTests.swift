import Guidance
import HTTPTypes
import Lifecycle
import Testing

@testable import HTTPAPI

/// Links to archives as clients make, open and revoke them.
@Suite struct ArchiveLinkTests {
  private static func make(_ scene: Scene, headers: HTTPFields = [:]) async throws -> Answer {
    try await scene.service.send(.post, scene.path + "/archive/links", as: scene.customer(), headers: headers)
  }

  @Test func aLinkOpensTheArchiveWithoutAnyHeader() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let made = try await Self.make(scene)
      let url = made.string("url")
      #expect(made.status == .created && url.hasPrefix("/v1/archive-links/"))
      #expect(made.headers[.location] == scene.path + "/archive/links/" + made.string("id"))
      let own = try await service.send(.get, scene.path + "/archive", as: scene.customer())
      #expect(made.string("etag") == own.tag)
      for method in [HTTPRequest.Method.get, .head] {
        let answer = try await service.send(method, url)
        #expect(answer.status == .ok && answer.bytes == (method == .get ? own.bytes : []))
        #expect(answer.tag == own.tag && answer.headers[.acceptRanges] == "bytes")
        #expect(answer.headers[HTTPField.Name("Referrer-Policy")!] == "no-referrer")
        #expect(answer.headers[.cacheControl] == "private, no-store")
      }
      let part = try await service.send(.get, url, headers: [.range: "bytes=10-19", .ifRange: own.tag])
      #expect(part.status == .partialContent && part.bytes == Array(own.bytes[10..<20]))
      // What the link's holder sends of their own is not looked at.
      let odd = try await service.send(.get, url, headers: [.authorization: "Bearer nonsense"])
      #expect(odd.status == .ok)
    }
  }

  @Test func whatHasChangedIsGone() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let url = try await Self.make(scene).string("url")
      _ = try await service.send(.post, scene.path + "/messages", as: scene.counsellor(), #"{"text":"Uutta"}"#)
      for fields: HTTPFields in [[:], [.range: "bytes=10-"], [.ifNoneMatch: "*"]] {
        let answer = try await service.send(.get, url, headers: fields)
        #expect(answer.status == .gone && answer.problem == "archive-changed")
        #expect(!answer.text.contains(url.suffix(20)))
      }
    }
  }

  @Test func linksAreListedAndRevoked() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let (first, second) = (try await Self.make(scene), try await Self.make(scene))
      let links = scene.path + "/archive/links"
      let list = try await service.send(.get, links + "?limit=1", as: scene.customer())
      #expect(list.items.map { ($0["id"] ?? .null).text } == [first.string("id")] && list.items[0]["url"] == nil)
      #expect(list.string("nextCursor") == "1")
      let id = first.string("id")
      #expect(try await service.send(.delete, links + "/" + id, as: scene.counsellor()).status == .forbidden)
      #expect(try await service.send(.delete, links + "/" + id, as: scene.customer()).status == .noContent)
      #expect(try await service.send(.delete, links + "/" + id, as: scene.customer()).status == .notFound)
      #expect(try await service.send(.get, first.string("url")).problem == "not-found")
      #expect(try await service.send(.get, second.string("url")).status == .ok)
      for path in ["/v1/archive-links/x", "/v1/archive-links/" + String(repeating: "a", count: 64)] {
        #expect(try await service.send(.get, path).problem == "not-found")
      }
    }
  }

  @Test func thereAreOnlySoMany() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      for _ in 0..<5 { #expect(try await Self.make(scene).status == .created) }
      let refused = try await Self.make(scene)
      #expect(refused.status == .conflict && refused.problem == "too-many-links" && refused["limit"] == .number("5"))
    }
  }

  @Test func aRepetitionAnswersTheSameLinkAnew() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let key: HTTPFields = [HTTPField.Name("Idempotency-Key")!: "once"]
      let (first, second) = (try await Self.make(scene, headers: key), try await Self.make(scene, headers: key))
      #expect(second.status == .created && second.string("id") == first.string("id"))
      #expect(try await service.send(.get, first.string("url")).status == .notFound)
      #expect(try await service.send(.get, second.string("url")).status == .ok)
    }
  }

  /// Nobody but a customer has any, and a body says nothing.
  @Test func othersMakeNone() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      for (subject, status) in [("counsellor", HTTPResponse.Status.forbidden), ("admin", .forbidden), ("x", .notFound)]
      {
        let token = try await service.token(subject)
        for method in [HTTPRequest.Method.post, .get] {
          #expect(try await service.send(method, scene.path + "/archive/links", as: token).status == status)
        }
      }
      let odd = try await service.send(
        .post, scene.path + "/archive/links", as: scene.customer(), #"{"days":900}"#)
      #expect(odd.status == .unprocessableContent && odd["field"] == .string("/days"))
    }
  }

  /// Signed out long since, the browser goes on; when the hour is over it is over.
  @Test func aLinkOutlivesTheSignInAndNotItsTime() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let made = try await Self.make(scene)
      let expiresAt = try #require(Instant(made.string("expiresAt")))
      try await service.store.moveClock(to: expiresAt - .seconds(600))
      #expect(try await service.send(.get, made.string("url")).status == .ok)
      try await service.store.moveClock(to: expiresAt)
      #expect(try await service.send(.get, made.string("url")).status == .notFound)
    }
  }
}
