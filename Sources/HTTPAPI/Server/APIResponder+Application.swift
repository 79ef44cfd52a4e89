public import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore

extension APIResponder {
  /// The application that serves this responder on an address.
  ///
  /// Run it in a service group with a `maximumGracefulShutdownDuration`: SIGTERM closes idle connections at once,
  /// requests in flight get that long, then they are cancelled.
  public func application(
    address: BindAddress, limits: HTTPLimits = HTTPLimits(), certificates: CertificateStore? = nil, logger: Logger,
    onServerRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
  ) -> Application<APIResponder> {
    let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
      maxHeaderFieldSize: limits.maximumHeaderField, maxHeaderListSize: limits.maximumHeader,
      maxHeaderFieldCount: limits.maximumHeaderFields)
    let channel = HTTP1Channel.Configuration(
      additionalChannelHandlers: [StallHandler(timeout: limits.stallTimeout)], httpDecoderConfiguration: decoder)
    let clocks = ConnectionClocks(limits)
    return Application(
      responder: self,
      server: HTTPServerBuilder { [connections, door] responder in
        GuardedChannel(
          base: HTTP1Channel(responder: responder, configuration: channel), limits: limits, metrics: connections,
          clocks: clocks, places: door.places, certificates: certificates)
      },
      configuration: ApplicationConfiguration(
        address: address, backlog: 1024,
        availableConnectionsDelegate: .maximum(limits.maximumConnections, logger: logger)),
      onServerRunning: onServerRunning, logger: logger)
  }
}
