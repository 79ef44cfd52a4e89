import Guidance
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// A connection as the service takes it: if its address has a place left, with TLS where there is a certificate,
/// Hummingbird's HTTP/1.1, and a guard between its parser and everything else.
struct GuardedChannel: ServerChildChannel {
  typealias Value = HTTP1Channel.Value

  let base: HTTP1Channel
  let limits: HTTPLimits
  let metrics: ConnectionMetrics
  let clocks: ConnectionClocks
  /// Nil where nobody counts.
  let places: ConnectionPlaces?
  /// Nil where connections are in clear.
  let certificates: CertificateStore?

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    channel.eventLoop.makeCompletedFuture {
      if let certificates { try channel.pipeline.syncOperations.addHandler(certificates.handler()) }
    }.flatMap {
      base.setup(channel: channel, logger: logger)
    }.flatMapThrowing { value in
      let pipeline = channel.pipeline.syncOperations
      takePlace(channel)
      let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
      try pipeline.addHandler(
        ConnectionGuard(limits: limits, metrics: metrics, clocks: clocks), position: .before(codec))
      return value
    }
  }

  /// Closes the connection when there is none: whoever has that many knows why.
  private func takePlace(_ channel: any Channel) {
    guard let places, let address = channel.remoteAddress.flatMap({ NetworkAddress($0) }) else { return }
    guard places.enter(address) else {
      metrics.refused.add(1)
      return channel.eventLoop.execute { channel.close(promise: nil) }
    }
    channel.closeFuture.whenComplete { _ in places.leave(address) }
  }

  func handle(value: Value, logger: Logger) async {
    await base.handle(value: value, logger: logger)
  }
}
