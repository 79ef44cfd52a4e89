public import NIOCore
import NIOPosix

/// One INSTREAM a connection (clamd(8)): length and bytes of each piece, a length of nought, then the reply.
///
/// Holds one piece at a time: the next is asked for when the socket has taken it.
public struct ClamdClient: Sendable {
  /// Sends the bytes to scan, in pieces of at most 4 GiB, waiting for each.
  public typealias Content = @Sendable (_ write: @Sendable (ByteBuffer) async throws -> Void) async throws -> Void

  private let address: ClamdAddress
  private let timeout: Duration

  private static let connectTimeout: TimeAmount = .seconds(5)
  private static let shortTimeout: Duration = .seconds(30)
  /// No reply of clamd is longer.
  private static let longestReply = 4096

  /// - Parameter timeout: for a whole scan.
  public init(_ address: ClamdAddress, timeout: Duration = .seconds(600)) {
    self.address = address
    self.timeout = timeout
  }

  /// Has bytes scanned.
  ///
  /// - Throws: `ClamdError`; what `content` throws of its own.
  public func scan(_ content: @escaping Content) async throws -> ClamdReply {
    let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
    do {
      channel = try await connect()
    } catch {
      throw ClamdError.unreachable("\(error)")
    }
    return try await withThrowingTaskGroup(of: ClamdReply.self) { group in
      group.addTask { try await channel.executeThenClose { try await Self.talk($0, $1, content) } }
      group.addTask { [timeout] in
        try await Task.sleep(for: timeout)
        throw ClamdError.timedOut
      }
      defer { group.cancelAll() }
      guard let reply = try await group.next() else { throw ClamdError.timedOut }
      return reply
    }
  }

  /// Whether it gives verdicts at all: asked with a few bytes, when it gave none on something.
  ///
  /// - Throws: `ClamdError.unreachable`.
  public func givesVerdicts() async throws -> Bool {
    do {
      _ = try await ClamdClient(address, timeout: min(timeout, Self.shortTimeout)).scan { write in
        try await write(ByteBuffer(string: "Ohjaustila"))
      }
      return true
    } catch ClamdError.timedOut, ClamdError.noVerdict {
      return false
    }
  }

  private func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(Self.connectTimeout)
    let wrap: @Sendable (any Channel) -> EventLoopFuture<NIOAsyncChannel<ByteBuffer, ByteBuffer>> = { channel in
      channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
    }
    switch address {
    case .socket(let path): return try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: wrap)
    case .tcp(let host, let port): return try await bootstrap.connect(host: host, port: port, channelInitializer: wrap)
    }
  }

  /// The socket would not take more: clamd has said its word already, or gone.
  private struct Unsent: Error {}

  private static func talk(
    _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
    _ content: Content
  ) async throws -> ClamdReply {
    let send: @Sendable (ByteBuffer) async throws -> Void = { bytes in
      do { try await outbound.write(bytes) } catch let error as CancellationError { throw error } catch {
        throw Unsent()
      }
    }
    do {
      try await send(ByteBuffer(string: "zINSTREAM\0"))
      try await content { piece in
        // A piece of no bytes would say that the file ends here.
        guard piece.readableBytes > 0 else { return }
        try await send(ByteBuffer(integer: UInt32(piece.readableBytes)))
        try await send(piece)
      }
      try await send(ByteBuffer(integer: UInt32(0)))
    } catch is Unsent {}
    return try await reply(inbound)
  }

  private static func reply(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async throws -> ClamdReply {
    var bytes: [UInt8] = []
    do {
      for try await buffer in inbound {
        bytes += buffer.readableBytesView
        if bytes.contains(0) || bytes.count > longestReply { break }
      }
    } catch let error as CancellationError { throw error } catch {
      guard !bytes.isEmpty else { throw ClamdError.noVerdict("\(error)") }
    }
    try Task.checkCancellation()
    guard let end = bytes.firstIndex(of: 0) else {
      throw ClamdError.noVerdict(bytes.isEmpty ? "the connection ended" : "a reply without an end")
    }
    let reply = ClamdReply(String(decoding: bytes[..<end], as: UTF8.self))
    if case .other(let text) = reply { throw ClamdError.noVerdict(String(text.prefix(200))) }
    return reply
  }
}
