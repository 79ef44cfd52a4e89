import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization
import Testing

@testable import HTTPAPI

/// Streams over a real socket: what arrives, and what does not.
@Suite struct LiveStreamTests {
  private static func stream(
    _ length: Int?, _ produce: @escaping @Sendable (inout StreamWriter) async throws -> Void
  ) -> Endpoint {
    Endpoint(.get, "/stream", "stream", access: .anyone) { _, context in
      .stream(headers: [.contentType: "application/octet-stream"], length: length, context, produce)
    }
  }

  private static func download(_ endpoint: Endpoint, headers: String = "Connection: close\r\n") async throws -> String {
    let answer = Mutex("")
    try await LiveServer.run([endpoint]) { server in
      let text = try await RawConnection.with(port: server.port) { connection in
        try await connection.get("/stream", headers: headers)
        return try await connection.readToEnd()
      }
      answer.withLock { $0 = text }
    }
    return answer.withLock { $0 }
  }

  @Test func aWholeStreamArrives() async throws {
    let known = try await Self.download(Self.stream(6) { try await $0.write(Array("abcdef".utf8)) })
    #expect(known.lowercased().contains("content-length: 6") && known.hasSuffix("\r\n\r\nabcdef"))
    let chunked = try await Self.download(Self.stream(nil) { try await $0.write(Array("abcdef".utf8)) })
    #expect(chunked.lowercased().contains("transfer-encoding: chunked") && chunked.hasSuffix("abcdef\r\n0\r\n\r\n"))
  }

  /// More than the sockets hold, so that the writer has to wait for the reader: its waiting must not show in the body.
  @Test func aLargeChunkedBodyArrivesWhole() async throws {
    let (pieces, size) = (80, 256 * 1024)
    let answer = try await Self.download(
      Self.stream(nil) { writer in
        for _ in 0..<pieces { try await writer.write(ByteBuffer(repeating: UInt8(ascii: "~"), count: size)) }
        try await writer.write(Data("end".utf8))
      })
    #expect(answer.hasSuffix("\r\n3\r\nend\r\n0\r\n\r\n"))
    #expect(answer.utf8.count { $0 == UInt8(ascii: "~") } == pieces * size)
  }

  @Test func aStreamThatFailsIsVisiblyBroken() async throws {
    let known = try await Self.download(
      Self.stream(6) { writer in
        try await writer.write(Array("abc".utf8))
        throw TestAPI.Surprise()
      }, headers: "")
    #expect(known.contains("200 OK") && known.hasSuffix("\r\n\r\nabc"))
    let chunked = try await Self.download(
      Self.stream(nil) { writer in
        try await writer.write(Array("abc".utf8))
        throw TestAPI.Surprise()
      }, headers: "")
    #expect(chunked.contains("200 OK") && !chunked.hasSuffix("0\r\n\r\n"))
  }

  @Test func aWrongLengthBreaksTheConnection() async throws {
    let short = try await Self.download(Self.stream(6) { try await $0.write(Array("abc".utf8)) }, headers: "")
    #expect(short.hasSuffix("\r\n\r\nabc"))
    let long = try await Self.download(
      Self.stream(2) { writer in
        try await writer.write(Array("ab".utf8))
        try await writer.write(Array("c".utf8))
      }, headers: "")
    #expect(long.hasSuffix("\r\n\r\nab"))
  }

  /// A client that reads nothing gets about one piece more than the socket holds, and is cut off in time.
  @Test func aStalledClientCostsLittleAndIsCutOff() async throws {
    let written = Mutex(0)
    let ended = Mutex(false)
    let endless = Self.stream(nil) { writer in
      defer { ended.withLock { $0 = true } }
      let piece = ByteBuffer(repeating: 7, count: 256 * 1024)
      while true {
        try await writer.write(piece)
        written.withLock { $0 += 1 }
      }
    }
    var limits = HTTPLimits()
    limits.stallTimeout = .milliseconds(500)
    try await LiveServer.run([endless], limits: limits) { server in
      try await RawConnection.with(port: server.port) { connection in
        try await connection.get("/stream")
        for _ in 0..<100 where !ended.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(50)) }
      }
    }
    #expect(ended.withLock { $0 })
    // Kernel buffers of both sides take up to about 10 MB on loopback; the client's channel reads a little ahead.
    #expect(written.withLock { $0 } < 60)
  }

  @Test func headKeepsTheConnectionUsable() async throws {
    try await LiveServer.run([Self.stream(nil) { try await $0.write(Array("abc".utf8)) }]) { server in
      try await RawConnection.with(port: server.port) { connection in
        for path in ["/stream", "/v1/known", "/nowhere"] {
          try await connection.get(path, method: "HEAD")
          #expect(try await connection.read(to: "\r\n\r\n").hasPrefix("HTTP/1.1 "))
        }
        try await connection.get("/health/live")
        #expect(try await connection.read(to: "}").hasSuffix(#"{"status":"ok"}"#))
      }
    }
  }
}
