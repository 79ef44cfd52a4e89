import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import HTTPAPI

/// How a server stops, and whom it stops for.
@Suite struct LiveShutdownTests {
  private static func slow(_ duration: Duration, _ started: AsyncStream<Void>.Continuation) -> Endpoint {
    Endpoint(.get, "/slow", "slow", access: .anyone) { _, _ in
      started.yield()
      try await Task.sleep(for: duration)
      return Response(status: .noContent)
    }
  }

  @Test func requestsInFlightFinish() async throws {
    let (starts, started) = AsyncStream.makeStream(of: Void.self)
    try await LiveServer.run([Self.slow(.milliseconds(400), started)]) { server in
      try await RawConnection.with(port: server.port) { connection in
        try await connection.get("/slow")
        await starts.first { true }
        await server.shutDown()
        #expect(try await connection.readToEnd().hasPrefix("HTTP/1.1 204"))
      }
    }
  }

  @Test func idleConnectionsDoNotHoldItUp() async throws {
    let elapsed = Mutex(Duration.seconds(99))
    try await LiveServer.run([]) { server in
      try await RawConnection.with(port: server.port) { connection in
        try await connection.get("/health/live")
        _ = try await connection.read(to: "}")
        let start = ContinuousClock.now
        await server.shutDown()
        #expect(try await connection.readToEnd().isEmpty)
        elapsed.withLock { $0 = ContinuousClock.now - start }
      }
    }
    // Held up, it would take until the idle timeout of a minute.
    #expect(elapsed.withLock { $0 } < .seconds(45))
  }

  @Test func patienceEnds() async throws {
    let (starts, started) = AsyncStream.makeStream(of: Void.self)
    let start = ContinuousClock.now
    try await LiveServer.run([Self.slow(.seconds(900), started)], shutdown: .milliseconds(500)) { server in
      try await RawConnection.with(port: server.port) { connection in
        try await connection.get("/slow")
        await starts.first { true }
        await server.shutDown()
        _ = try await connection.readToEnd()
      }
    }
    // Without a bound it would take a quarter of an hour.
    #expect(ContinuousClock.now - start < .seconds(300))
  }

  @Test func idleAndDawdlingConnectionsAreClosed() async throws {
    var limits = HTTPLimits()
    limits.idleTimeout = .milliseconds(300)
    try await LiveServer.run([], limits: limits) { server in
      for opening in [
        "", "GET /health/live HTTP/1.1\r\nHo", "POST /v1/files HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nx",
      ] {
        let start = ContinuousClock.now
        try await RawConnection.with(port: server.port) { connection in
          // On a loaded machine the connection may be closed before anything was sent: closed it is.
          if !opening.isEmpty { try? await connection.send(opening) }
          _ = try? await connection.readToEnd()
        }
        #expect(ContinuousClock.now - start < .seconds(50))
      }
    }
  }

  @Test func hugeHeadersAreRefused() async throws {
    try await LiveServer.run([]) { server in
      let answer = try await RawConnection.with(port: server.port) { connection in
        try await connection.get("/health/live", headers: "X-Pad: \(String(repeating: "x", count: 20_000))\r\n")
        return try await connection.readToEnd()
      }
      #expect(answer.hasPrefix("HTTP/1.1 431"))
    }
  }
}
