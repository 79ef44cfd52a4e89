import HTTPTypes
import Testing

@testable import HTTPAPI

/// What can't be taken is a problem document that names what was wrong, and nothing is stored.
@Suite struct BadInputTests {
  /// A request of the counsellor's that must be refused; `{org}` and `{space}` stand for the scene's.
  struct Case: Sendable, CustomTestStringConvertible {
    let method: HTTPRequest.Method
    let path: String
    let body: String?
    let status: Int
    let problem: String
    let field: String

    init(
      _ method: HTTPRequest.Method, _ path: String, _ body: String?, _ status: Int, _ problem: String,
      _ field: String = ""
    ) {
      (self.method, self.path, self.body) = (method, path, body)
      (self.status, self.problem, self.field) = (status, problem, field)
    }

    var testDescription: String { "\(method) \(path) \(body?.prefix(60) ?? "") → \(status) \(problem) \(field)" }
  }

  private static let person = #""customers":[{"hetu":"020594X903P"}]"#
  private static func space(_ members: String) -> String { #"{"organisationId":"{org}",\#(members)}"# }

  static let spaces: [Case] = [
    Case(.post, "/v1/spaces", #"{"title":"#, 400, "malformed-json"),
    Case(.post, "/v1/spaces", #"{"title":"a","title":"b"}"#, 400, "malformed-json"),
    Case(.post, "/v1/spaces", "[]", 422, "invalid-body"),
    Case(.post, "/v1/spaces", space(#""title":"x","colour":"red",\#(person)"#), 422, "invalid-body", "/colour"),
    Case(.post, "/v1/spaces", space(#""title":7,\#(person)"#), 422, "invalid-body", "/title"),
    Case(.post, "/v1/spaces", space(#""title":"  ",\#(person)"#), 422, "invalid-body", "/title"),
    Case(.post, "/v1/spaces", space(#""title":"a\nb",\#(person)"#), 422, "invalid-body", "/title"),
    Case(
      .post, "/v1/spaces", space(#""title":"\#(String(repeating: "x", count: 201))",\#(person)"#), 422, "invalid-body",
      "/title"),
    Case(.post, "/v1/spaces", space(#""title":"x","language":"de",\#(person)"#), 422, "invalid-body", "/language"),
    Case(.post, "/v1/spaces", space(#""title":"x","topics":["a","a"],\#(person)"#), 422, "invalid-body", "/topics"),
    Case(.post, "/v1/spaces", space(#""title":"x","topics":["a b"],\#(person)"#), 422, "invalid-body", "/topics/0"),
    Case(.post, "/v1/spaces", space(#""title":"x""#), 422, "invalid-body", "/customers"),
    Case(.post, "/v1/spaces", space(#""title":"x","customers":[]"#), 422, "invalid-body", "/customers"),
    Case(
      .post, "/v1/spaces", space(#""title":"x","customers":[{"name":"A"}]"#), 422, "invalid-body", "/customers/0/hetu"),
    Case(
      .post, "/v1/spaces", space(#""title":"x","customers":[{"hetu":"010594Y9033"}]"#), 422, "invalid-body",
      "/customers/0/hetu"),
    Case(
      .post, "/v1/spaces", space(#""title":"x","customers":[{"hetu":"310294Y9032"}]"#), 422, "invalid-body",
      "/customers/0/hetu"),
    Case(
      .post, "/v1/spaces", space(#""title":"x","customers":[{"hetu":"020594X903P"},{"hetu":"020594x903p"}]"#), 422,
      "invalid-body", "/customers/1/hetu"),
    Case(
      .post, "/v1/spaces", space(#""title":"x","customers":[{"email":"nobody"}]"#), 422, "invalid-body",
      "/customers/0/email"),
    Case(
      .post, "/v1/spaces", #"{"organisationId":"x","title":"x",\#(person)}"#, 422, "invalid-body", "/organisationId"),
    Case(
      .post, "/v1/spaces", #"{"organisationId":"01990a1c-7b1f-7c55-9d2e-5a5d1f0a7d11","title":"x",\#(person)}"#, 422,
      "invalid-body", "/organisationId"),
    Case(.patch, "/v1/spaces/{space}", "{}", 422, "invalid-body"),
  ]

  static let others: [Case] = [
    Case(.post, "{path}/messages", #"{"text":""}"#, 422, "invalid-body", "/text"),
    Case(.post, "{path}/messages", #"{"text":"a\u0000b"}"#, 400, "malformed-json"),
    Case(
      .post, "{path}/messages", #"{"text":"\#(String(repeating: "x", count: 20_001))"}"#, 422, "invalid-body", "/text"),
    Case(.post, "{path}/messages", #"{"text":"\#(String(repeating: "x", count: 300_000))"}"#, 413, "body-too-large"),
    Case(.post, "{path}/close", #"{"reason":"bored"}"#, 422, "invalid-body", "/reason"),
    Case(.post, "{path}/close", #"{"reason":1}"#, 422, "invalid-body", "/reason"),
    Case(.post, "{path}/reactivate", nil, 409, "wrong-state"),
    Case(.post, "{path}/archive", nil, 403, "forbidden"),
    Case(.post, "{path}/entry", nil, 403, "forbidden"),
    Case(.put, "{path}/feedback", #"{"rating":5}"#, 403, "forbidden"),
    Case(.put, "{path}/feedback", #"{"rating":6}"#, 422, "invalid-body", "/rating"),
    Case(.put, "{path}/feedback", #"{"rating":4.5}"#, 422, "invalid-body", "/rating"),
    Case(.get, "{path}/archive", nil, 403, "forbidden"),
    Case(.post, "{path}/participants", #"{"hetu":"010594Y9032"}"#, 422, "invalid-body", "/hetu"),
    Case(.post, "{path}/participants", #"{"name":"A"}"#, 422, "invalid-body", "/hetu"),
    Case(.delete, "{path}/participants/x", nil, 404, "not-found"),
    Case(.get, "/v1/spaces/not-an-id", nil, 404, "not-found"),
    Case(.get, "/v1/spaces/01990a1c-7b1f-7c55-9d2e-5a5d1f0a7d11", nil, 404, "not-found"),
    Case(.get, "{path}?x=1", nil, 400, "invalid-parameter", "x"),
    Case(.get, "{path}/messages?limit=0", nil, 400, "invalid-parameter", "limit"),
    Case(.get, "{path}/messages?limit=201", nil, 400, "invalid-parameter", "limit"),
    Case(.get, "{path}/messages?cursor=soon", nil, 400, "invalid-parameter", "cursor"),
    Case(.get, "{path}/participants?cursor=-1", nil, 400, "invalid-parameter", "cursor"),
    Case(.get, "/v1/spaces?cursor=1", nil, 400, "invalid-parameter", "cursor"),
    Case(.get, "/v1/spaces?state=asleep", nil, 400, "invalid-parameter", "state"),
    Case(.get, "/v1/spaces?limit=1&limit=2", nil, 400, "invalid-parameter", "limit"),
    Case(.put, "/v1/organisations/{org}/staff/x", #"{"name":"X","roles":["counsellor"]}"#, 404, "not-found"),
    Case(.put, "/v1/organisations/{org}/staff/x", #"{"name":"X","roles":[]}"#, 422, "invalid-body", "/roles"),
    Case(
      .put, "/v1/organisations/{org}/staff/x", #"{"name":"X","roles":["admin"],"commitmentSignedOn":"2026-02-30"}"#,
      422, "invalid-body", "/commitmentSignedOn"),
    Case(
      .put, "/v1/organisations/{org}/staff/x%07", #"{"name":"X","roles":["admin"]}"#, 400, "invalid-parameter",
      "subject"),
    Case(
      .put, "/v1/organisations/{org}/staff/x%0Ay", #"{"name":"X","roles":["admin"]}"#, 400, "invalid-parameter",
      "subject"),
    Case(
      .put, "/v1/organisations/{org}/staff/%C2%85", #"{"name":"X","roles":["admin"]}"#, 400, "invalid-parameter",
      "subject"),
    Case(
      .put, "/v1/organisations/{org}/staff/%20", #"{"name":"X","roles":["admin"]}"#, 400, "invalid-parameter", "subject"
    ),
    Case(.post, "/v1/organisations", #"{"name":"X","admins":[{"subject":"a"}]}"#, 403, "forbidden"),
    Case(.get, "/v1/lifecycle/forecast", nil, 403, "forbidden"),
    Case(.post, "/v1/lifecycle/sweeps", nil, 403, "forbidden"),
  ]

  @Test func everyCaseIsRefusedAndNothingIsStored() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let token = try await scene.counsellor()
      let before = try await service.send(.get, scene.path, as: token)
      for refused in Self.spaces + Self.others {
        func filled(_ text: String) -> String {
          text.replacing("{org}", with: scene.organisation).replacing("{path}", with: scene.path)
            .replacing("{space}", with: scene.space)
        }
        let answer = try await service.send(
          refused.method, filled(refused.path), as: token, refused.body.map(filled))
        #expect(answer.status.code == refused.status, "\(refused.testDescription): \(answer.text)")
        #expect(answer.problem == refused.problem, "\(refused.testDescription): \(answer.text)")
        #expect(answer.string("field") == refused.field, "\(refused.testDescription): \(answer.text)")
        #expect(answer.string("requestId") == answer.headers[.requestID])
      }
      #expect(try await service.send(.get, scene.path, as: token).bytes == before.bytes)
      #expect(try await service.send(.get, "/v1/spaces", as: token).items.count == 1)
      #expect(try await service.send(.get, scene.path + "/messages", as: token).items.isEmpty)
    }
  }

  @Test func otherMediaTypesAreRefused() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let answer = try await service.send(
        .post, scene.path + "/messages", as: scene.counsellor(), #"{"text":"x"}"#, headers: [.contentType: "text/plain"]
      )
      #expect(answer.status == .unsupportedMediaType && answer.problem == "unsupported-media-type")
    }
  }

  /// A compressed body would be stored, and read, as something that it is not.
  @Test(arguments: [("gzip", false), ("gzip, identity", false), ("Identity", true)])
  func encodedBodiesAreRefused(_ encoding: String, _ isTaken: Bool) async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let token = try await scene.counsellor()
      for (path, headers) in [
        ("/messages", [.contentType: "application/json"]),
        ("/files", [.contentDisposition: "attachment; filename=a"]),
      ] as [(String, HTTPFields)] {
        var headers = headers
        headers[.contentEncoding] = encoding
        let answer = try await service.send(.post, scene.path + path, as: token, #"{"text":"x"}"#, headers: headers)
        #expect(answer.status == (isTaken ? .created : .unsupportedMediaType), "\(path) \(answer.text)")
        #expect(answer.headers[.acceptEncoding] == (isTaken ? nil : "identity"))
      }
    }
  }

  @Test func wrongStatesSayWhichAreRight() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let token = try await scene.counsellor()
      _ = try await service.send(.post, scene.path + "/close", as: token)
      let answer = try await service.send(.post, scene.path + "/close", as: token)
      #expect(answer.status == .conflict && answer.problem == "wrong-state")
      #expect(answer["state"] == .string("reactivatable") && answer["allowedFrom"] == .array([.string("active")]))
      #expect(answer.string("since").hasSuffix("Z"))
    }
  }
}
