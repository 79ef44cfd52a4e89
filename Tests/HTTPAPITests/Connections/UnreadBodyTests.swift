import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import HTTPAPI

/// Bodies that nobody wants to read: a little of them is thrown away, the rest never taken.
@Suite struct UnreadBodyTests {
  private static let refused = "POST /v1/me HTTP/1.1\r\nHost: t\r\n"
  private static let sound = "GET /health/live HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"

  @Test func aSmallRestIsReadAndTheConnectionStays() async throws {
    try await LiveServer.run([]) { server in
      let answer = try await RawConnection.with(port: server.port) { connection in
        try await connection.send(Self.refused + "Content-Length: 1000\r\n\r\n")
        _ = try await connection.read(to: "\r\n\r\n")
        try await connection.send(String(repeating: "x", count: 1000) + Self.sound)
        return try await connection.readToEnd()
      }
      #expect(answer.contains("HTTP/1.1 200"))
    }
  }

  @Test(arguments: [
    "Content-Length: 1000000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n",
    "Content-Length: 10\r\nExpect: 100-continue\r\n\r\n",
  ])
  func aLargeRestIsNotTaken(_ framing: String) async throws {
    let sent = Mutex(0)
    try await LiveServer.run([]) { server in
      let answer = try await RawConnection.with(port: server.port) { connection in
        try await connection.send(Self.refused + framing)
        let head = try await connection.read(to: "\r\n\r\n")
        let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
        let isChunked = framing.hasPrefix("T")
        let piece = isChunked ? chunk : String(chunk.dropFirst(7))
        for _ in 0..<2000 {
          do { try await connection.send(piece) } catch { break }
          sent.withLock { $0 += piece.utf8.count }
        }
        return head + (try await connection.readToEnd())
      }
      #expect(answer.hasPrefix("HTTP/1.1 405 ") && answer.lowercased().contains("connection: close"), "\(answer)")
      #expect(!answer.contains("HTTP/1.1 200"))
    }
    // What the sockets hold goes out; of 130 MB the service took 64 KiB and no more than one read's worth on top.
    #expect(sent.withLock { $0 } < 100_000_000)
  }

  /// A client that waits for `100 Continue`, gets a refusal and sends the next request in its body's place: whoever
  /// took that for the body would answer the one after it. The connection ends instead.
  @Test func nothingIsTakenForABodyThatIsNone() async throws {
    try await LiveServer.run([]) { server in
      let answer = try await RawConnection.with(port: server.port) { connection in
        try await connection.send(Self.refused + "Content-Length: 60\r\nExpect: 100-continue\r\n\r\n")
        _ = try await connection.read(to: "\r\n\r\n")
        try? await connection.send(Self.sound + Self.sound)
        return try await connection.readToEnd()
      }
      #expect(!answer.contains("HTTP/1.1 200"))
    }
  }
}
