import NIOCore
import NIOPosix

/// A TCP connection spoken to byte by byte.
struct RawConnection {
  private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
  private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  private var unread = ""

  static func with<R: Sendable>(
    port: Int, _ body: @Sendable (inout RawConnection) async throws -> R
  ) async throws -> R {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      var connection = RawConnection(channel: channel, outbound: outbound, inbound: inbound.makeAsyncIterator())
      return try await body(&connection)
    }
  }

  func send(_ text: String) async throws {
    try await outbound.write(ByteBuffer(string: text))
  }

  /// A request without a body.
  func get(_ path: String, method: String = "GET", headers: String = "") async throws {
    try await send("\(method) \(path) HTTP/1.1\r\nHost: t\r\n\(headers)\r\n")
  }

  /// Breaks the connection off.
  func close() async throws {
    try await channel.channel.close()
  }

  /// What arrives up to and including `end`; all there is when the connection ends before.
  mutating func read(to end: String) async throws -> String {
    while !unread.contains(end), let buffer = try await inbound.next() { unread += String(buffer: buffer) }
    guard let range = unread.firstRange(of: end) else {
      defer { unread = "" }
      return unread
    }
    defer { unread = String(unread[range.upperBound...]) }
    return String(unread[..<range.upperBound])
  }

  /// All that arrives until the server closes.
  mutating func readToEnd() async throws -> String {
    do {
      while let buffer = try await inbound.next() { unread += String(buffer: buffer) }
    } catch is IOError {
      // A reset ends the connection as well as a close does.
    }
    return unread
  }
}
