/// Where a request came from, for the access log.
public struct RequestOrigin: Hashable, Sendable {
  /// The peer's address, or what a trusted proxy says that it is; nil where there is no network.
  public let address: NetworkAddress?
  /// The request's identifier, as the log lines have it.
  public let requestID: String

  /// An origin.
  public init(address: NetworkAddress?, requestID: String) {
    self.address = address
    self.requestID = requestID
  }
}
