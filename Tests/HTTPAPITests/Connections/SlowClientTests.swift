import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import HTTPAPI

/// Clients that take their time: a connection is theirs for a while, not for ever.
@Suite struct SlowClientTests {
  /// Sends pieces with pauses until the service closes or a minute is over.
  ///
  /// - Returns: what was answered, and how many pieces were taken.
  private static func trickle(
    _ opening: String, _ piece: String, limits: HTTPLimits
  ) async throws -> (answer: String, pieces: Int) {
    let result = Mutex(("", 0))
    try await LiveServer.run([], limits: limits) { server in
      try await RawConnection.with(port: server.port) { connection in
        try await connection.send(opening)
        var pieces = 0
        while pieces < 1200 {
          do { try await connection.send(piece) } catch { break }
          pieces += 1
          try await Task.sleep(for: .milliseconds(50))
        }
        let (answer, sent) = (try await connection.readToEnd(), pieces)
        result.withLock { $0 = (answer, sent) }
      }
    }
    return result.withLock { $0 }
  }

  private static var impatient: HTTPLimits {
    var limits = HTTPLimits()
    limits.headTimeout = .milliseconds(400)
    limits.idleTimeout = .milliseconds(600)
    limits.bodyPatience = .milliseconds(400)
    limits.lingerTimeout = .milliseconds(300)
    return limits
  }

  @Test func aHeaderThatTricklesIsCutOff() async throws {
    let (answer, pieces) = try await Self.trickle(
      "GET /health/live HTTP/1.1\r\nHost: t\r\n", "X-A: b\r\n", limits: Self.impatient)
    #expect(answer.isEmpty && pieces < 600)
  }

  /// The next one too, on a connection that was good before.
  @Test func aLaterHeaderThatTricklesIsCutOff() async throws {
    let (answer, pieces) = try await Self.trickle(
      "GET /health/live HTTP/1.1\r\nHost: t\r\n\r\nGET /health/live HTTP/1.1\r\n", "X-A: b\r\n", limits: Self.impatient)
    #expect(answer.hasPrefix("HTTP/1.1 200") && pieces < 600)
  }

  @Test(arguments: ["Content-Length: 60\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"])
  func aBodyThatTricklesIsTimedOut(_ framing: String) async throws {
    let piece = framing.hasPrefix("T") ? "1\r\n \r\n" : " "
    var limits = Self.impatient
    limits.minimumBodyRate = 1_000_000
    let (answer, _) = try await Self.trickle(
      "POST /v1/notes HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n" + framing, piece, limits: limits)
    #expect(answer.hasPrefix("HTTP/1.1 408 ") && answer.contains("request-timeout"), "\(answer)")
    #expect(answer.lowercased().contains("connection: close"))
  }

  @Test func aBodyAtAFairPaceIsTaken() async throws {
    var limits = Self.impatient
    limits.bodyPatience = .seconds(5)
    limits.minimumBodyRate = 10
    try await LiveServer.run([], limits: limits) { server in
      let answer = try await RawConnection.with(port: server.port) { connection in
        try await connection.send(
          "POST /v1/files HTTP/1.1\r\nHost: t\r\nContent-Length: 30\r\nConnection: close\r\n\r\n")
        for _ in 0..<3 {
          try await Task.sleep(for: .milliseconds(300))
          try await connection.send("0123456789")
        }
        return try await connection.readToEnd()
      }
      #expect(answer.hasPrefix("HTTP/1.1 201") && answer.contains(#""size":30"#))
    }
  }
}
