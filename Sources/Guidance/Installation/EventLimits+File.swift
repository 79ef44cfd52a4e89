extension EventLimits {
  /// What the configuration file calls them.
  static let keys = ["eventStreams", "eventStreamsPerCaller", "eventHeartbeatSeconds"]
}

extension [String: PolicyNode] {
  /// The limits of event streams among the file's limits.
  func eventLimits() throws(PolicyFileError) -> EventLimits {
    var limits = EventLimits()
    limits.streams = try positive("eventStreams") ?? limits.streams
    limits.streamsPerCaller = try positive("eventStreamsPerCaller") ?? limits.streamsPerCaller
    if let seconds = try positive("eventHeartbeatSeconds") { limits.heartbeat = .seconds(seconds) }
    return limits
  }

  /// A number from 1 to 1,000,000; nil where the file says nothing.
  func positive(_ key: String) throws(PolicyFileError) -> Int? {
    guard let node = self[key] else { return nil }
    let number = try node.integer()
    guard (1...1_000_000).contains(number) else { throw node.failure("is 1 to 1,000,000") }
    return number
  }
}
