public import Hummingbird
public import Logging
public import NIOCore

/// What a handler knows about a request besides the request itself.
public struct APIRequestContext: InitializableFromSource, Sendable {
  /// The connection: streams pace themselves by it.
  public let channel: any Channel
  /// Sent back as `X-Request-Id`; in every log line about the request.
  public internal(set) var requestID: String
  /// `X-Forwarded-For` as it came: what it says is believed of trusted proxies only.
  public internal(set) var forwardedFor: [String] = []
  /// The endpoint that answers; nothing while no route has matched.
  public internal(set) var endpoint: Endpoint?
  /// Who asks. Endpoints with `access: .token` always have one.
  public internal(set) var identity: VerifiedToken?
  var captures: [Substring] = []
  private let baseLogger: Logger

  /// Called by Hummingbird for every request.
  public init(source: ApplicationRequestContextSource) {
    channel = source.channel
    baseLogger = source.logger
    requestID = source.logger[metadataKey: "hb.request.id"]?.description ?? RequestID.make()
  }

  /// A logger whose lines carry the request's id. Made on demand: most requests log nothing of their own.
  public var logger: Logger {
    var logger = baseLogger
    logger[metadataKey: "hb.request.id"] = nil
    logger[metadataKey: "request"] = .string(requestID)
    return logger
  }

  /// Who asks, for handlers of endpoints that need a token.
  public func requireIdentity() throws -> VerifiedToken {
    guard let identity else { throw AuthenticationError.missing }
    return identity
  }

  /// A path parameter, percent-decoded. One that is no valid text cannot name anything: 404.
  public func parameter(_ name: String) throws -> String {
    guard let index = endpoint?.parameterNames.firstIndex(of: name), index < captures.count else {
      preconditionFailure("\(endpoint?.operation ?? "No endpoint") has no path parameter {\(name)}.")
    }
    guard let value = PercentEncoding.decode(captures[index].utf8, plusIsSpace: false) else { throw Problem.notFound }
    return value
  }
}
