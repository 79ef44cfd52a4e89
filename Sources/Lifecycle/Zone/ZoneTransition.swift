/// One change of a zone's distance from UTC.
public struct ZoneTransition: Hashable, Sendable {
  /// The first moment of the new distance.
  public let at: Instant
  /// Seconds east of UTC until then.
  public let offsetBefore: Int
  /// Seconds east of UTC from then on.
  public let offsetAfter: Int

  /// A change at `at` from one distance to another, both in seconds east of UTC.
  public init(at: Instant, offsetBefore: Int, offsetAfter: Int) {
    self.at = at
    self.offsetBefore = offsetBefore
    self.offsetAfter = offsetAfter
  }
}
