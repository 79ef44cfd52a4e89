public import Lifecycle

/// Somebody's place in a space.
public struct Participant: Sendable {
  /// What they are addressed by, within the space.
  public let id: ID<Participation>
  /// `customer` or `counsellor`.
  public let role: SpaceRole
  /// As the counsellor or the person's own token gave it; nil when nobody has.
  public let name: String?
  /// When they were invited or opened the space.
  public let addedAt: Instant
  /// When a customer first came; nil while the invitation is unused.
  public let enteredAt: Instant?
  /// A customer's last authentication into the space.
  public let lastAuthenticatedAt: Instant?
  /// When they left, or the invitation was withdrawn.
  public let leftAt: Instant?
  /// Whether no notice can reach them: no address was given.
  public let isUnreachable: Bool
  /// Of a second professional, on whose staff; nil for the space's own counsellor and for customers.
  public let secondOf: ID<Organisation>?
  /// Whether they are only proposed: they see nothing until the customers have agreed.
  public let isPending: Bool
  /// The number of the last message that they marked as read; nought when none.
  public let readThrough: Int
}
