import Guidance
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import HTTPAPI

/// Rates, origins and hosts, through the whole responder.
@Suite struct FrontDoorTests {
  private static func limits(_ change: (inout RateLimits) -> Void) -> RateLimits {
    var limits = RateLimits.standard
    change(&limits)
    return limits
  }

  private static let search = Endpoint(.post, "/v1/search", "search", cost: .search) { _, _ in
    Response(status: .noContent)
  }

  private func respond(_ door: FrontDoor, _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void)
    async throws
  {
    let app = Application(responder: TestAPI.responder([Self.search], door: door), logger: TestAPI.quiet)
    try await app.test(.router) { client in try await body(client) }
  }

  private static func refused(_ response: TestResponse, limit: Int) -> Bool {
    let body = String(buffer: response.body)
    let wait = response.headers[.retryAfter].flatMap { Int($0) } ?? 0
    return response.status == .tooManyRequests && (1...60).contains(wait) && body.contains(#""limit":\#(limit)"#)
  }

  @Test func aCallerWhoAsksTooOftenComesLater() async throws {
    let gate = RateGate(Self.limits { $0.perCaller = 3 })
    try await respond(FrontDoor(rates: gate)) { client in
      let (first, second) = (try TestAPI.bearer("first"), try TestAPI.bearer("second"))
      for _ in 0..<3 {
        let answer = try await client.executeRequest(uri: "/v1/me", method: .get, headers: first, body: nil)
        #expect(answer.status == .ok)
      }
      let answer = try await client.executeRequest(uri: "/v1/me", method: .get, headers: first, body: nil)
      #expect(Self.refused(answer, limit: 3))
      #expect(try await client.executeRequest(uri: "/v1/me", method: .get, headers: second, body: nil).status == .ok)
      #expect(gate.refusals.caller == 1 && gate.refusals.address == 0)
    }
  }

  @Test func workThatCostsMoreHasALimitOfItsOwn() async throws {
    try await respond(FrontDoor(rates: RateGate(Self.limits { $0.searches = 2 }))) { client in
      let bearer = try TestAPI.bearer("officer")
      for _ in 0..<2 {
        let answer = try await client.executeRequest(uri: "/v1/search", method: .post, headers: bearer, body: nil)
        #expect(answer.status == .noContent)
      }
      let answer = try await client.executeRequest(uri: "/v1/search", method: .post, headers: bearer, body: nil)
      #expect(Self.refused(answer, limit: 2))
      #expect(try await client.executeRequest(uri: "/v1/me", method: .get, headers: bearer, body: nil).status == .ok)
    }
  }

  /// Over a socket, where there are addresses: also for what has no token, and for what is no route.
  @Test func anAddressThatAsksTooOftenComesLater() async throws {
    let door = FrontDoor(rates: RateGate(Self.limits { $0.perAddress = 4 }))
    try await LiveServer.run(TestAPI.responder(door: door)) { server in
      let answer = try await RawConnection.with(port: server.port) { connection in
        for path in ["/v1/known", "/nowhere", "/v1/me", "/v1/known", "/v1/known", "/health/live"] {
          try await connection.get(path)
        }
        try await connection.get("/nowhere", headers: "Connection: close\r\n")
        return try await connection.readToEnd()
      }
      let statuses = answer.matches(of: /HTTP\/1\.1 ([0-9]{3})/).map { String($0.1) }
      // The test API's /health/live is no probe.
      #expect(statuses == ["200", "404", "401", "200", "429", "429", "429"])
    }
  }

  @Test func pagesOfOtherOriginsAreKeptOut() async throws {
    let door = FrontDoor(origins: OriginPolicy(origins: ["https://ohjaus.example.fi"]))
    try await respond(door) { client in
      func send(_ method: HTTPRequest.Method, _ origin: String?, asks: Bool = false) async throws -> TestResponse {
        var headers: HTTPFields = [:]
        headers[.origin] = origin
        if asks { headers[.accessControlRequestMethod] = "PATCH" }
        return try await client.executeRequest(uri: "/v1/spaces/x", method: method, headers: headers, body: nil)
      }
      let ours = try await send(.get, "https://ohjaus.example.fi")
      #expect(ours.headers[.accessControlAllowOrigin] == "https://ohjaus.example.fi" && ours.headers[.vary] == "Origin")
      #expect(ours.headers[.accessControlExposeHeaders]?.contains("ETag") == true)
      #expect(ours.headers[.accessControlAllowCredentials] == nil)
      let asked = try await send(.options, "https://ohjaus.example.fi", asks: true)
      #expect(asked.status == .noContent && asked.headers[.accessControlAllowMethods] == "GET, HEAD, PATCH")
      #expect(asked.headers[.accessControlAllowHeaders]?.contains("Authorization") == true)
      for other in [
        "https://ohjaus.example.fi.evil.example", "http://ohjaus.example.fi", "https://OHJAUS.example.fi", "null", "*",
        "https://ohjaus.example.fi:8443",
      ] {
        let theirs = try await send(.get, other)
        #expect(theirs.headers[.accessControlAllowOrigin] == nil && theirs.headers[.vary] == "Origin")
        let asked = try await send(.options, other, asks: true)
        #expect(asked.status == .methodNotAllowed && asked.headers[.accessControlAllowOrigin] == nil)
      }
    }
  }

  @Test(arguments: [
    (HostPolicy.any, "anything.example", 200), (.local, "localhost:8080", 200), (.local, "127.0.0.1", 200),
    (.local, "[::1]:80", 200), (.local, "api:8080", 200), (.local, "rebound.evil.example", 421),
    (.only(["api.example.fi"]), "API.example.fi:443", 200), (.only(["api.example.fi"]), "127.0.0.1", 421),
    (.any, "", 200), (.local, "", 421), (.only(["api.example.fi"]), "", 421), (.only(["api.example.fi"]), ":80", 421),
  ])
  func otherNamesAreMisdirected(_ hosts: HostPolicy, _ host: String, _ status: Int) async throws {
    try await LiveServer.run(TestAPI.responder(door: FrontDoor(hosts: hosts))) { server in
      let answer = try await RawConnection.with(port: server.port) { connection in
        try await connection.send("GET /v1/known HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
        return try await connection.readToEnd()
      }
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
    }
  }

  @Test func aCookieIsNoToken() async throws {
    try await respond(FrontDoor()) { client in
      let token = String(try TestAPI.bearer("s")[.authorization]?.dropFirst("Bearer ".count) ?? "")
      for cookie in ["token=\(token)", "Authorization=Bearer \(token)", "access_token=\(token)"] {
        let answer = try await client.executeRequest(
          uri: "/v1/me", method: .get, headers: [.cookie: cookie], body: nil)
        #expect(answer.status == .unauthorized && answer.headers[.setCookie] == nil)
      }
    }
  }

  @Test func tlsIsAskedForWhereThereIsTLS() async throws {
    try await respond(FrontDoor(isSecure: true)) { client in
      let answer = try await client.executeRequest(uri: "/v1/known", method: .get, headers: [:], body: nil)
      #expect(answer.headers[.strictTransportSecurity]?.hasPrefix("max-age=") == true)
    }
    try await respond(FrontDoor()) { client in
      let answer = try await client.executeRequest(uri: "/v1/known", method: .get, headers: [:], body: nil)
      #expect(answer.headers[.strictTransportSecurity] == nil)
    }
  }
}
