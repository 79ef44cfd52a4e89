extension RateLimits {
  /// What the configuration file calls them.
  static let keys = [
    "requestsPerMinute", "requestsPerMinutePerAddress", "badTokensPerMinutePerAddress", "uploadsPerMinute",
    "linksPerMinute", "searchesPerMinute", "policyRequestsPerMinute", "connectionsPerAddress",
  ]
}

extension [String: PolicyNode] {
  /// The rate limits among the file's limits; nil when it has none of them.
  func rateLimits() throws(PolicyFileError) -> RateLimits? {
    guard RateLimits.keys.contains(where: { self[$0] != nil }) else { return nil }
    var limits = RateLimits.standard
    limits.perCaller = try positive("requestsPerMinute") ?? limits.perCaller
    limits.perAddress = try positive("requestsPerMinutePerAddress") ?? limits.perAddress
    limits.failuresPerAddress = try positive("badTokensPerMinutePerAddress") ?? limits.failuresPerAddress
    limits.uploads = try positive("uploadsPerMinute") ?? limits.uploads
    limits.links = try positive("linksPerMinute") ?? limits.links
    limits.searches = try positive("searchesPerMinute") ?? limits.searches
    limits.policies = try positive("policyRequestsPerMinute") ?? limits.policies
    limits.connectionsPerAddress = try positive("connectionsPerAddress") ?? limits.connectionsPerAddress
    return limits
  }
}
