public import Lifecycle

/// Somebody's place in a space.
public struct Participant: Sendable {
  public let id: ID<Participation>
  /// `customer` or `counsellor`.
  public let role: SpaceRole
  /// As the counsellor or the person's own token gave it; nil when nobody has.
  public let name: String?
  public let addedAt: Instant
  /// When a customer first came; nil while the invitation is unused.
  public let enteredAt: Instant?
  /// A customer's last authentication into the space.
  public let lastAuthenticatedAt: Instant?
  public let leftAt: Instant?
  /// Whether no notice can reach them: no address was given.
  public let isUnreachable: Bool
}
