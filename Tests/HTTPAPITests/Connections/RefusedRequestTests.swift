import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import HTTPAPI

/// What never becomes a request, over real sockets: each gets one problem, in its turn, and the connection is closed.
@Suite struct RefusedRequestTests {
  /// Sends bytes and reads until the service closes.
  private static func talk(_ text: String, limits: HTTPLimits = HTTPLimits()) async throws -> String {
    let (answers, answered) = AsyncStream.makeStream(of: String.self)
    try await LiveServer.run([], limits: limits) { server in
      answered.yield(
        try await RawConnection.with(port: server.port) { connection in
          try? await connection.send(text)
          return try await connection.readToEnd()
        })
    }
    return await answers.first { _ in true } ?? ""
  }

  private static let sound = "GET /health/live HTTP/1.1\r\nHost: t\r\n\r\n"

  @Test(arguments: [
    // Two ends of one body (RFC 9112 §6.3).
    "POST /v1/files HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / ",
    "POST /v1/files HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "POST /v1/files HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    "POST /v1/files HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nabcde",
    "POST /v1/files HTTP/1.1\r\nHost: t\r\nContent-Length: 5, 5\r\n\r\nabcde",
    "POST /v1/files HTTP/1.1\r\nHost: t\r\nContent-Length: +5\r\n\r\nabcde",
    "POST /v1/files HTTP/1.1\r\nHost: t\r\nContent-Length: 0x5\r\n\r\nabcde",
    "POST /v1/files HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "POST /v1/files HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n",
    "POST /v1/files HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "POST /v1/files HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "POST /v1/files HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "POST /v1/files HTTP/1.1\r\nHost: t\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "POST /v1/files HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    // Hosts (RFC 9112 §3.2).
    "GET /health/live HTTP/1.1\r\n\r\n", "GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "GET /health/live HTTP/1.1\r\nHost: a b\r\n\r\n", "GET /health/live HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "GET http://evil/health/live HTTP/1.1\r\nHost: t\r\n\r\n",
    "GET http://t:81/health/live HTTP/1.1\r\nHost: t\r\n\r\n", "GET HTTP://u@t/ HTTP/1.1\r\nHost: t\r\n\r\n",
    "GET /health/live HTTP/1.1\r\nHost: u@h\r\n\r\n", "GET /health/live HTTP/1.1\r\nHost: h:1:2\r\n\r\n",
    // No HTTP at all.
    "GET /health/live HTTP/2.0\r\nHost: t\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}",
    "GET /health/live\r\n\r\n", "G\u{1}T / HTTP/1.1\r\nHost: t\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: t\r\n\r\n",
    "GET /health/live HTTP/1.1\r\nHost: t\r\nX-A: a\u{0}b\r\n\r\n",
    "GET /health/live HTTP/1.1\r\nHost: t\r\nNo colon\r\n\r\n",
    "GET /health/live HTTP/1.1\r\nHost: t\r\n folded: x\r\n\r\n",
  ])
  func isNoRequest(_ text: String) async throws {
    let answer = try await Self.talk(text)
    #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(text.debugDescription): \(answer)")
    #expect(answer.contains(#""type":"/problems/malformed-request""#) && answer.contains("nosniff"))
    #expect(answer.lowercased().contains("connection: close"))
    // One answer: whatever came after it was taken for nothing.
    #expect(answer.matches(of: /HTTP\/1\.1 [0-9]{3}/).count == 1)
  }

  /// Those before it are answered first, and nothing after it is.
  @Test func isAnsweredInItsTurn() async throws {
    let answer = try await Self.talk(Self.sound + Self.sound + "nonsense\r\n\r\n" + Self.sound)
    let statuses = answer.matches(of: /HTTP\/1\.1 ([0-9]{3})/).map { String($0.1) }
    #expect(statuses == ["200", "200", "400"])
  }

  @Test func whoSendsFarAheadIsCutOff() async throws {
    var limits = HTTPLimits()
    limits.maximumPipelined = 5
    let answer = try await Self.talk(String(repeating: Self.sound, count: 1000), limits: limits)
    let statuses = answer.matches(of: /HTTP\/1\.1 ([0-9]{3})/).map { String($0.1) }
    #expect(statuses.last == "429" && statuses.dropLast().allSatisfy { $0 == "200" } && statuses.count < 1000)
  }

  @Test func aBrokenChunkIsAnsweredOnce() async throws {
    let answer = try await Self.talk(
      "POST /v1/files HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\nabc\r\n" + Self.sound)
    let statuses = answer.matches(of: /HTTP\/1\.1 ([0-9]{3})/).map { String($0.1) }
    #expect(statuses == ["400"] && answer.contains("body-cut-off"))
  }

  @Test func headersHaveBounds() async throws {
    let field = "X-Pad: \(String(repeating: "x", count: 20_000))\r\n"
    let many = String(repeating: "X-A: b\r\n", count: 200)
    let long = String(repeating: "X-Pad: \(String(repeating: "x", count: 9000))\r\n", count: 6)
    for extra in [field, many, long] {
      let answer = try await Self.talk("GET /health/live HTTP/1.1\r\nHost: t\r\n\(extra)\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 431 ") && answer.contains("header-too-large"), "\(answer.prefix(200))")
    }
  }

  @Test func otherExpectationsFail() async throws {
    let answer = try await Self.talk("GET /health/live HTTP/1.1\r\nHost: t\r\nExpect: the moon\r\n\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 417 ") && answer.contains("expectation-failed"))
  }

  @Test(arguments: ["t", "t:80", "T.example.fi", "192.0.2.1:8080", "[2001:db8::1]", "[::1]:8080"])
  func soundHostsPass(_ host: String) async throws {
    let answer = try await Self.talk("GET /health/live HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
  }

  @Test func aTargetMayNameItsHost() async throws {
    let answer = try await Self.talk("GET http://T/health/live HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
    #expect(!answer.isEmpty && !answer.contains("malformed-request"), "\(answer)")
    let query = try await Self.talk(
      "GET /health/live?u=http://evil/ HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
    #expect(!query.isEmpty && !query.contains("malformed-request"), "\(query)")
  }

  @Test func whoOverridesTheMethodIsNotHeard() async throws {
    let answer = try await Self.talk(
      "GET /v1/spaces/x?_method=PATCH HTTP/1.1\r\nHost: t\r\nX-HTTP-Method-Override: PATCH\r\nX-Method: PATCH\r\n"
        + "Connection: close\r\n\r\n"
    )
    #expect(answer.hasPrefix("HTTP/1.1 200 "))
  }
}
