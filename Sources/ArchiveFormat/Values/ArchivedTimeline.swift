/// What has happened to the space, and the last whole day of each stage as it stood at `contentAsOf`.
public struct ArchivedTimeline: Sendable, Hashable {
  /// In order of time.
  public var events: [ArchivedEvent]
  /// Last day on which the space is active.
  public var lastActiveDay: CivilDay?
  /// Last day on which it could be reactivated.
  public var lastReactivatableDay: CivilDay?
  /// Last day on which the customer can see and download it; nil while no such day is set.
  public var lastArchivedDay: CivilDay?

  /// Describes a timeline.
  public init(
    events: [ArchivedEvent], lastActiveDay: CivilDay?, lastReactivatableDay: CivilDay?, lastArchivedDay: CivilDay?
  ) {
    self.events = events
    self.lastActiveDay = lastActiveDay
    self.lastReactivatableDay = lastReactivatableDay
    self.lastArchivedDay = lastArchivedDay
  }
}
