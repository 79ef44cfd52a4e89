import NIOCore

/// Tells at once that a client has gone, also while nothing is read from it or written to it.
///
/// The server goes on answering who has closed their sending side; a stream that may be quiet for hours would find out
/// by its heartbeats only.
final class HangUpHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = Any

  private static let name = "hang-up"
  private let hangUp: @Sendable () -> Void

  private init(_ hangUp: @escaping @Sendable () -> Void) {
    self.hangUp = hangUp
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, event == .inputClosed { hangUp() }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    hangUp()
    context.fireChannelInactive()
  }

  /// Watches a connection while a body runs. A channel without a socket (tests of the router) has nobody who hangs up.
  static func watch<Result>(
    _ channel: any Channel, _ hangUp: @escaping @Sendable () -> Void, while body: () async throws -> Result
  ) async throws -> Result {
    guard channel.isActive else { return try await body() }
    try await channel.eventLoop.submit {
      try channel.pipeline.syncOperations.addHandler(HangUpHandler(hangUp), name: Self.name)
    }.get()
    defer { channel.pipeline.removeHandler(name: Self.name, promise: nil) }
    return try await body()
  }
}
