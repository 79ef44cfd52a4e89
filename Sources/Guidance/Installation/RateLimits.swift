/// How often somebody may ask, in requests a minute (a minute's worth may come at once), and how many connections they
/// may have.
///
/// Each copy of the service counts for itself: behind a balancer with n copies, up to n times as many get through.
public struct RateLimits: Sendable, Equatable {
  /// Of one principal, of any kind.
  public var perCaller: Int
  /// From one address (of IPv6: one /64 network), with whatever tokens or none.
  public var perAddress: Int
  /// Tokens that are no good, from one address.
  public var failuresPerAddress: Int
  /// Of one principal.
  public var uploads: Int
  /// Of one principal.
  public var links: Int
  /// Of one principal.
  public var searches: Int
  /// Of one principal.
  public var policies: Int
  /// Connections that one address has open at a time.
  public var connectionsPerAddress: Int

  /// For people and the programs that serve them; offices behind one address are many.
  public static let standard = RateLimits(
    perCaller: 600, perAddress: 6000, failuresPerAddress: 60, uploads: 120, links: 30, searches: 10, policies: 10,
    connectionsPerAddress: 2000)

  /// Limits of one's own; each is 1 or more.
  public init(
    perCaller: Int, perAddress: Int, failuresPerAddress: Int, uploads: Int, links: Int, searches: Int, policies: Int,
    connectionsPerAddress: Int
  ) {
    self.perCaller = perCaller
    self.perAddress = perAddress
    self.failuresPerAddress = failuresPerAddress
    self.uploads = uploads
    self.links = links
    self.searches = searches
    self.policies = policies
    self.connectionsPerAddress = connectionsPerAddress
  }
}
