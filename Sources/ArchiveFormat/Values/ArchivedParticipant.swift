/// Somebody who was in the space.
public struct ArchivedParticipant: Sendable, Hashable {
  /// As shown in the space; nil where none was given (the page then names the role only).
  public var displayName: String?
  /// Their part in it.
  public var role: ArchivedRole
  /// When they came, if it is to be told.
  public var joinedAt: ArchiveInstant?
  /// When they left, if they did.
  public var leftAt: ArchiveInstant?

  /// Describes a participant.
  public init(
    displayName: String?, role: ArchivedRole, joinedAt: ArchiveInstant? = nil, leftAt: ArchiveInstant? = nil
  ) {
    self.displayName = displayName
    self.role = role
    self.joinedAt = joinedAt
    self.leftAt = leftAt
  }
}
