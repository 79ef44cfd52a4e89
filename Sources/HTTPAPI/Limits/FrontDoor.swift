public import Guidance
import NIOCore

/// What a request passes before it reaches a route: on which connection, under what name, from what page, how often.
public struct FrontDoor: Sendable {
  /// Names that the service answers under.
  public var hosts: HostPolicy
  /// Whose pages may call.
  public var origins: OriginPolicy
  /// Nil where nobody counts.
  public var rates: RateGate?
  /// Nil where any address may have any number of connections.
  public var places: ConnectionPlaces?
  /// Whose `X-Forwarded-For` is believed.
  public var trustedProxies: [AddressRange]
  /// Whether browsers are told to come by TLS only (RFC 6797).
  public var isSecure: Bool

  /// By default the door is open: for tests of what lies behind it.
  public init(
    hosts: HostPolicy = .any, origins: OriginPolicy = OriginPolicy(origins: []), rates: RateGate? = nil,
    places: ConnectionPlaces? = nil, trustedProxies: [AddressRange] = [], isSecure: Bool = false
  ) {
    self.hosts = hosts
    self.origins = origins
    self.rates = rates
    self.places = places
    self.trustedProxies = trustedProxies
    self.isSecure = isSecure
  }

  /// Where a request came from, as far as that can be believed.
  func address(of context: APIRequestContext) -> NetworkAddress? {
    let peer = context.channel.remoteAddress.flatMap { NetworkAddress($0) }
    return trustedProxies.origin(of: peer, forwarded: context.forwardedFor)
  }
}
