/// What event streams may cost, and how often they show that they live.
public struct EventLimits: Sendable, Equatable {
  /// Streams open at a time in this copy; fewer than the connections it takes, so that requests always get in.
  public var streams: Int
  /// Streams of one principal: a person has some windows and devices, not hundreds.
  public var streamsPerCaller: Int
  /// A stream that had nothing to say for so long sends a comment, so that proxies keep it open and both ends notice
  /// when the other is gone.
  public var heartbeat: Duration
  /// How often the database is asked whether something went unheard: the longest that a lost wake-up delays news, or
  /// the end of a stream whose right was taken away.
  public var lookInterval: Duration

  /// Limits; the defaults are those of the contract.
  public init(
    streams: Int = 3000, streamsPerCaller: Int = 20, heartbeat: Duration = .seconds(20),
    lookInterval: Duration = .seconds(5)
  ) {
    self.streams = streams
    self.streamsPerCaller = streamsPerCaller
    self.heartbeat = heartbeat
    self.lookInterval = lookInterval
  }
}
