import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import HTTPAPI

/// The whole way of a request, in process.
@Suite struct APIResponderTests {
  private func execute(
    _ method: HTTPRequest.Method, _ uri: String, headers: HTTPFields = [:], body: String? = nil
  ) async throws -> TestResponse {
    let app = Application(responder: TestAPI.responder(), logger: TestAPI.quiet)
    return try await app.test(.router) { client in
      try await client.executeRequest(
        uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
    }
  }

  @Test(arguments: [
    ("/health/live", #"{"status":"ok"}"#), ("/v1/spaces/a-b", #"{"space":"a-b"}"#),
    ("/v1/spaces/%C3%A4%2F", #"{"space":"ä/"}"#), ("/v1/spaces/mine", #"{"literal":true}"#),
    ("/v1/spaces/1/files/2?x=1", #""1 2""#), ("/v1/spaces/mine/files/2", #""mine 2""#), ("/v1/known", "0123456789"),
  ])
  func answers(_ uri: String, _ body: String) async throws {
    let response = try await execute(.get, uri)
    #expect(response.status == .ok && String(buffer: response.body) == body)
  }

  @Test(arguments: [
    "/", "", "/v1", "/v1/", "/v1/spaces/", "/v1//spaces", "/v1/spaces/a/", "/V1/me", "/v1/me/", "/v1/spaces/%",
    "/v1/spaces/%00", "/v1/spaces/%FF", "/v1/spaces/a/files", "*", "http://x/", "/v1/../health/live", "/health%2Flive",
  ])
  func unknownPathsAreNotFound(_ uri: String) async throws {
    let response = try await execute(.get, uri)
    #expect(response.status == .notFound)
    #expect(String(buffer: response.body).contains(#""type":"/problems/not-found""#))
  }

  @Test(arguments: [
    (HTTPRequest.Method.delete, "/v1/spaces/1", "GET, HEAD, PATCH"), (.post, "/v1/spaces/1", "GET, HEAD, PATCH"),
    (.get, "/v1/notes", "POST"), (.head, "/v1/notes", "POST"), (.options, "/health/live", "GET, HEAD"),
    (HTTPRequest.Method("PROPFIND")!, "/v1/me", "GET, HEAD"), (.patch, "/v1/spaces/mine", "GET, HEAD"),
  ])
  func otherMethodsAreNamed(_ method: HTTPRequest.Method, _ uri: String, _ allow: String) async throws {
    let response = try await execute(method, uri)
    #expect(response.status == .methodNotAllowed && response.headers[.allow] == allow)
  }

  @Test(arguments: ["/health/live", "/v1/known", "/v1/me", "/nowhere"])
  func headIsGetWithoutBody(_ uri: String) async throws {
    let get = try await execute(.get, uri)
    let head = try await execute(.head, uri)
    #expect(head.status == get.status && head.body.readableBytes == 0)
    #expect(head.headers[.contentType] == get.headers[.contentType])
    let (lengthOfHead, lengthOfGet) = (head.headers[.contentLength], get.headers[.contentLength])
    // A problem carries the request's id, which differs in length now and then.
    #expect(get.status != .ok || lengthOfHead == lengthOfGet)
  }

  @Test func tokensAreAsked() async throws {
    let without = try await execute(.get, "/v1/me")
    #expect(without.status == .unauthorized && without.headers[.wwwAuthenticate] == "Bearer")
    let with = try await execute(.get, "/v1/me", headers: TestAPI.bearer("s-1"))
    #expect(String(buffer: with.body) == #"{"subject":"s-1"}"#)
  }

  @Test(arguments: [
    ("abc-DEF_1.2", true), (String(repeating: "a", count: 64), true), (String(repeating: "a", count: 65), false),
    ("", false), ("a b", false), ("a\"b", false), ("ä", false), ("<x>", false),
  ])
  func requestIDsAreKeptIfHarmless(_ id: String, _ kept: Bool) async throws {
    let response = try await execute(.get, "/health/live", headers: [.requestID: id])
    let answered = response.headers[.requestID] ?? ""
    #expect((answered == id) == kept)
    #expect(!answered.isEmpty)
  }

  @Test func everyAnswerIsGuarded() async throws {
    for uri in ["/health/live", "/nowhere", "/v1/broken"] {
      let headers = try await execute(.get, uri).headers
      #expect(headers[.xContentTypeOptions] == "nosniff" && headers[.cacheControl] == "no-store")
      #expect(headers[.contentSecurityPolicy] == "default-src 'none'; frame-ancestors 'none'")
      #expect(headers[.referrerPolicy] == "no-referrer")
    }
  }

  @Test func surprisesAreNotTold() async throws {
    let response = try await execute(.get, "/v1/broken", headers: [.requestID: "find-me"])
    let body = String(buffer: response.body)
    #expect(response.status == .internalServerError && body.contains(#""requestId":"find-me""#))
    #expect(!body.contains("Surprise"))
  }

  static let json: HTTPFields = [.contentType: "application/json; charset=utf-8"]

  @Test(
    arguments: [
      (json, #"{"text":"x"}"#, 201, "x"), (json, #"{"text":"x""#, 400, "malformed-json"),
      (json, #"{"text":1}"#, 422, "/text"), (json, #"{"text":"x","y":1}"#, 422, "/y"),
      (json, "", 400, "malformed-json"),
      (json, #"{"text":"\#(String(repeating: "x", count: 60))"}"#, 413, "body-too-large"),
      ([:], #"{"text":"x"}"#, 415, "application/json"), ([.contentType: "text/plain"], "{}", 415, "application/json"),
      ([.contentType: "application/json; charset=utf-16"], #"{"text":"x"}"#, 415, "application/json in UTF-8"),
      ([.contentType: "application/json;charset=\"ISO-8859-1\""], #"{"text":"x"}"#, 415, "application/json"),
      ([.contentType: "application/json; charset=utf-8; charset=utf-16"], #"{"text":"x"}"#, 415, "application/json"),
      ([.contentType: "application/json; charset=utf-8, text/plain"], #"{"text":"x"}"#, 415, "application/json"),
      ([.contentType: "application/json; charset"], #"{"text":"x"}"#, 415, "application/json"),
      ([.contentType: "application/json; Charset=\"UTF-8\""], #"{"text":"x"}"#, 201, "x"),
      ([.contentType: "Application/JSON ; profile=a;"], #"{"text":"x"}"#, 201, "x"),
    ] as [(HTTPFields, String, Int, String)])
  func bodiesAreChecked(_ headers: HTTPFields, _ body: String, _ status: Int, _ contains: String) async throws {
    let response = try await execute(.post, "/v1/notes", headers: headers, body: body)
    #expect(response.status.code == status && String(buffer: response.body).contains(contains))
  }

  @Test func aBodyMayBeMissingWhereNothingIsRequired() async throws {
    #expect(try await execute(.post, "/v1/close").status == .ok)
    #expect(try await execute(.post, "/v1/close", headers: Self.json, body: #"{"reason":"r"}"#).status == .ok)
    #expect(try await execute(.post, "/v1/close", body: #"{"reason":"r"}"#).status == .unsupportedMediaType)
  }

  @Test func longAddressesAreRefused() async throws {
    let response = try await execute(.get, "/v1/me?" + String(repeating: "x", count: 9000))
    #expect(response.status == .uriTooLong)
  }

  @Test func routesAreListed() {
    let routes = TestAPI.responder().endpoints.routes
    #expect(routes.count == TestAPI.endpoints.count)
    #expect(routes.contains { $0 == ("PATCH", "/v1/spaces/{space}") })
  }
}
