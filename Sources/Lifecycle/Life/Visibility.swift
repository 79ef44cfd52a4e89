/// Until when each side sees a space's content; a moment before the end sees it, the end itself does not.
public struct Visibility: Hashable, Sendable {
  /// For staff: `archivesAt`, or `.distantPast` while processing is restricted.
  public let staffUntil: Instant
  /// For customers: `erasesAt`.
  public let customerUntil: Instant

  /// Who sees a space with this timeline.
  public init(timeline: Timeline, restricted: Bool) {
    staffUntil = restricted ? .distantPast : timeline.archivesAt
    customerUntil = timeline.erasesAt
  }
}
