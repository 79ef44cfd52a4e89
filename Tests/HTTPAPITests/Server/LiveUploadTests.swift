import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import HTTPAPI

/// Uploads over a real socket: a connection that breaks must not look like the end of a file.
@Suite struct LiveUploadTests {
  /// How the handler saw the body end.
  private enum Outcome: Equatable {
    case complete(Int)
    case failed(String)
  }

  private static func upload(
    _ talk: @escaping @Sendable (inout RawConnection) async throws -> Void
  ) async throws -> Outcome? {
    let (outcomes, seen) = AsyncStream.makeStream(of: Outcome.self)
    let endpoint = Endpoint(.post, "/upload", "test", access: .anyone, bodyLimit: 1000) { request, context in
      do {
        let bytes = try await UploadBody(request, context).collect()
        seen.yield(.complete(bytes.count))
        return Response(status: .created)
      } catch let problem as Problem {
        seen.yield(.failed(problem.slug))
        throw problem
      }
    }
    let (results, finished) = AsyncStream.makeStream(of: Outcome.self)
    try await LiveServer.run([endpoint]) { server in
      try await RawConnection.with(port: server.port, talk)
      for await outcome in outcomes {
        finished.yield(outcome)
        break
      }
    }
    finished.finish()
    return await results.first { _ in true }
  }

  private static let head = "POST /upload HTTP/1.1\r\nHost: t\r\n"

  @Test func wholeBodiesArrive() async throws {
    let known = try await Self.upload { connection in
      try await connection.send(Self.head + "Content-Length: 5\r\n\r\nabcde")
      _ = try await connection.read(to: "\r\n\r\n")
    }
    #expect(known == .complete(5))
    let chunked = try await Self.upload { connection in
      try await connection.send(Self.head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
      _ = try await connection.read(to: "\r\n\r\n")
    }
    #expect(chunked == .complete(5))
  }

  @Test(arguments: [
    "Content-Length: 5\r\n\r\nabc", "Content-Length: 5\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    "Transfer-Encoding: chunked\r\n\r\n3\r\nab", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
  ])
  func brokenConnectionsAreErrors(_ body: String) async throws {
    let outcome = try await Self.upload { connection in
      try await connection.send(Self.head + body)
      try await Task.sleep(for: .milliseconds(50))
      try await connection.close()
    }
    #expect(outcome == .failed("body-cut-off"))
  }

  @Test(arguments: [
    "Content-Length: 1001\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n3e9\r\n\(String(repeating: "x", count: 1001))\r\n",
  ])
  func longBodiesAreRefused(_ body: String) async throws {
    let outcome = try await Self.upload { connection in
      try await connection.send(Self.head + body)
      #expect(try await connection.read(to: "\r\n\r\n").hasPrefix("HTTP/1.1 413"))
    }
    #expect(outcome == .failed("body-too-large"))
  }

  @Test func aClientThatAsksIsToldToContinue() async throws {
    let outcome = try await Self.upload { connection in
      try await connection.send(Self.head + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n")
      #expect(try await connection.read(to: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
      try await connection.send("abcde")
      #expect(try await connection.read(to: "\r\n\r\n").hasPrefix("HTTP/1.1 201"))
    }
    #expect(outcome == .complete(5))
  }

  @Test func whoSpeaksAnOlderHTTPIsNot() async throws {
    let outcome = try await Self.upload { connection in
      let head = Self.head.replacing("HTTP/1.1", with: "HTTP/1.0")
      try await connection.send(head + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\nabcde")
      let answer = try await connection.read(to: "\r\n\r\n")
      #expect(!answer.contains(" 100 ") && answer.contains(" 201 "), "\(answer)")
    }
    #expect(outcome == .complete(5))
  }

  @Test func aRefusedClientIsNot() async throws {
    let outcome = try await Self.upload { connection in
      try await connection.send(Self.head + "Content-Length: 2000\r\nExpect: 100-continue\r\n\r\n")
      #expect(try await connection.read(to: "\r\n\r\n").hasPrefix("HTTP/1.1 413"))
    }
    #expect(outcome == .failed("body-too-large"))
  }
}
