public import Lifecycle

/// A space's timeline with the reasons for it.
public struct TimelineView: Sendable {
  /// The envelope.
  public let space: Space
  /// The version that governs.
  public let policy: Policy
  /// Where each boundary comes from.
  public let explanation: Explanation
  /// When this was true.
  public let now: Instant

  /// Where now stands on it.
  public var state: State { space.timeline.state(at: now) }
}
