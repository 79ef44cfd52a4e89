public import Foundation
import Hummingbird
public import NIOCore
import NIOHTTPTypes

/// Where the producer of a streamed body puts its bytes.
///
/// `write` returns once the connection can take more, so that nobody makes the next piece for a client that has stopped
/// reading. Hummingbird's own writer learns of that only after a turn of the event loop, and with the piece after the
/// one that did not fit: hence the wait for that turn after each piece, and, where it did not fit, for the client.
public struct StreamWriter {
  private var body: any ResponseBodyWriter
  private let channel: any Channel
  private let length: Int?
  /// Bytes written so far.
  public private(set) var written = 0

  init(_ body: any ResponseBodyWriter, length: Int?, channel: any Channel) {
    self.body = body
    self.length = length
    self.channel = channel
  }

  /// Sends a piece; pieces of 64 to 256 KiB are best.
  public mutating func write(_ buffer: ByteBuffer) async throws {
    guard buffer.readableBytes > 0 else { return }
    written += buffer.readableBytes
    if let length, written > length { throw StreamLengthMismatch(announced: length, written: written) }
    try await body.write(buffer)
    // A channel without a socket (tests of the router) has no loop that turns by itself.
    guard channel.isActive else { return }
    try await channel.eventLoop.submit {}.get()
    // Nothing is sent for an empty piece, not even in a chunked body, but it waits like any other.
    if !channel.isWritable { try await body.write(ByteBuffer()) }
  }

  /// Sends a piece.
  public mutating func write(_ bytes: consuming Data) async throws {
    let buffer = ByteBuffer(bytes: bytes)
    bytes = Data()
    try await write(buffer)
  }

  /// Sends a piece.
  public mutating func write(_ bytes: consuming [UInt8]) async throws {
    // The copy is what waits for the client; the original is let go before.
    let buffer = ByteBuffer(bytes: bytes)
    bytes = []
    try await write(buffer)
  }

  /// Returns when all that was written has left for the client's side: until then it can be kept back, by breaking the
  /// connection off. A client that does not take it in time is cut off.
  public func flush() async throws {
    guard channel.isActive else { return }
    let channel = self.channel
    let patience = channel.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    defer { patience.cancel() }
    // An empty piece goes behind all others, and its promise is kept when they are gone.
    try await channel.writeAndFlush(HTTPResponsePart.body(ByteBuffer())).get()
  }

  /// So little is left that the connection does not count as stalled.
  private static let patience: TimeAmount = .seconds(60)

  mutating func finish() async throws {
    if let length, written < length { throw StreamLengthMismatch(announced: length, written: written) }
    try await body.finish(nil)
  }
}

/// A streamed body that turned out longer or shorter than announced: the connection is broken off.
struct StreamLengthMismatch: Error {
  let announced: Int
  let written: Int
}
