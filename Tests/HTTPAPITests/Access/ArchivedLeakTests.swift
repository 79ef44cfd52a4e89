import Guidance
import HTTPTypes
import Lifecycle
import TestSupport
import Testing

@testable import HTTPAPI

/// An archived space is to staff as if it had never been: whatever they ask, the answer is that for an unknown one.
@Suite(.timeLimit(.minutes(5))) struct ArchivedLeakTests {
  private static let staff: [Persona] = [
    .counsellor, .second, .pending, .former, .uncommitted, .expired, .ended, .colleague, .adviser, .supervisor, .admin,
    .otherAdmin, .otherOfficer, .operator,
  ]

  /// A free identifier of each kind.
  private static let unknown = "01990a1c-7b1f-7c55-9d2e-5a5d1f0a7d11"

  @Test func everyPathAnswersAsForAnUnknownSpace() async throws {
    let contract = try Contract()
    // What is told to anyone is the same for every space.
    let routes = contract.operations.filter { $0.path.contains("{space}") && contract.access[$0.operation] != "anyone" }
    try await TestService.with { service in
      let world = try await AccessWorld(service, .archived, spaces: 1)
      let space = world.spaces[0]
      let ghost = AccessSpace(id: Self.unknown, pending: Self.unknown, file: Self.unknown, hold: Self.unknown)
      var compared = 0
      for (method, path, operation) in routes {
        let verb = try #require(HTTPRequest.Method(method))
        for persona in Self.staff {
          for var extra in Self.conditions(method, operation) {
            // Of its own, an answer's name is now and then a digit shorter.
            extra[.init("X-Request-Id") ?? .eTag] = "same"
            let hidden = try #require(Recipe(operation, path: path, world, space))
            let none = try #require(Recipe(operation, path: path, world, ghost))
            let token = world.tokens[persona]
            let first = try await service.send(
              verb, hidden.path, as: token, hidden.body, headers: hidden.headers.merged(extra))
            let second = try await service.send(
              verb, none.path, as: token, none.body, headers: none.headers.merged(extra))
            #expect(first.status == .notFound, "\(operation) as \(persona): \(first.text.prefix(200))")
            #expect(first.shape == second.shape, "\(operation) as \(persona)")
            compared += 1
          }
        }
      }
      #expect(compared > 400)
    }
  }

  private static func conditions(_ method: String, _ operation: String) -> [HTTPFields] {
    switch method {
    case "GET": [[:], [.ifNoneMatch: "\"1-archived-counsellor\""], [.range: "bytes=0-0"]]
    case "POST" where operation != "uploadFile" && operation != "enterSpace":
      [[:], [.ifMatch: "\"1-archived-admin\""], [.init("Idempotency-Key") ?? .eTag: "k"]]
    default: [[:]]
    }
  }

  /// Lists, counts, orphans, figures and repeated requests do not know it either.
  @Test func noListCountsIt() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let (counsellor, admin) = (try await scene.counsellor(), try await scene.admin())
      let organisation = "/v1/organisations/\(scene.organisation)"
      let key: HTTPFields = [.init("Idempotency-Key") ?? .eTag: "once"]
      let text = #"{"text":"Hei"}"#
      let posted = try await service.send(.post, scene.path + "/messages", as: counsellor, text, headers: key)
      let tag = try await service.send(.get, scene.path, as: counsellor).tag
      #expect(posted.status == .created && !tag.isEmpty)
      #expect(try await service.send(.delete, organisation + "/staff/counsellor", as: admin).status == .noContent)
      #expect(try await service.send(.get, organisation + "/orphans", as: admin).items.count == 1)
      let put = try await service.send(
        .put, organisation + "/staff/counsellor", as: admin,
        #"{"name":"Olli","roles":["counsellor"],"commitmentSignedOn":"2026-01-02"}"#)
      #expect(put.status == .created)
      #expect(try await service.send(.post, scene.path + "/transfer", as: admin, #"{"to":"counsellor"}"#).status == .ok)
      #expect(try await service.send(.post, scene.path + "/archive", as: admin).status == .ok)
      // A repeat, and what was read before, tell nothing of it.
      for (method, path, body, headers) in [
        (HTTPRequest.Method.post, "/messages", text as String?, key), (.get, "", nil, [.ifNoneMatch: tag]),
        (.post, "/archive", "{}", [:]),
      ] {
        for token in [counsellor, admin] {
          let answer = try await service.send(method, scene.path + path, as: token, body, headers: headers)
          #expect(answer.status == .notFound && answer.tag.isEmpty, "\(path)")
        }
      }
      for role in ["", "?role=admin", "?role=counsellor", "?state=archived", "?role=admin&state=archived"] {
        for token in [counsellor, admin] {
          let list = try await service.send(.get, "/v1/spaces" + role, as: token)
          #expect(list.status == .ok && list.items.isEmpty && !list.text.contains(scene.space), "\(role)")
        }
      }
      #expect(try await service.send(.get, organisation + "/orphans", as: admin).items.isEmpty)
      let figures = try await service.send(.get, organisation + "/figures", as: admin)
      #expect(figures["states"] == .array([]) && figures["months"] == .array([]))
    }
  }

  /// The officer sees the envelope and never content, also by identifiers of content.
  @Test func anOfficerSeesTheEnvelopeOnly() async throws {
    try await TestService.with { service in
      let world = try await AccessWorld(service, .archived, spaces: 1)
      let space = world.spaces[0]
      let envelope = try await service.send(.get, space.path, as: world.tokens[.officer])
      #expect(envelope.status == .ok && envelope["state"] == .string("archived"))
      for name in ["title", "participants", "topics", "counsellors"] { #expect(envelope.json[name] == nil, "\(name)") }
      for path in ["/messages", "/files", "/files/\(space.file)", "/participants", "/archive", "/feedback", "/events"] {
        #expect(
          try await service.send(.get, space.path + path, as: world.tokens[.officer]).status == .notFound, "\(path)")
      }
    }
  }

  /// Within reason: the middle one of many answers takes as long as for a space there is not.
  @Test func itTakesAsLong() async throws {
    try await TestService.with { service in
      let world = try await AccessWorld(service, .archived, spaces: 1)
      var (hidden, none): ([Duration], [Duration]) = ([], [])
      for _ in 0..<150 {
        for path in [world.spaces[0].path, "/v1/spaces/\(Self.unknown)"] {
          let start = ContinuousClock.now
          _ = try await service.send(.get, path, as: world.tokens[.counsellor])
          if path.hasSuffix(Self.unknown) { none.append(.now - start) } else { hidden.append(.now - start) }
        }
      }
      let (first, second) = (hidden.sorted()[75], none.sorted()[75])
      #expect(first < second * 2 && second < first * 2, "\(first) and \(second)")
    }
  }
}

extension HTTPFields {
  fileprivate func merged(_ other: HTTPFields) -> HTTPFields {
    var result = self
    for field in other { result[field.name] = field.value }
    return result
  }
}

extension Answer {
  /// Status, headers and body, but for the time of day.
  fileprivate var shape: [String] {
    ["\(status.code)"] + headers.filter { $0.name != .date }.map { "\($0.name): \($0.value)" }.sorted() + [text]
  }
}
