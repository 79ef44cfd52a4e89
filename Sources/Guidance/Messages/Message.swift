public import Lifecycle

/// One message of a space.
public struct Message: Sendable {
  /// Counts from one within its space, in the order written; cursors use it.
  public let number: Int
  /// What it is addressed by.
  public let id: ID<Message>
  /// What was written; 1 to `maximumLength` scalars. Nil once a decision of the data protection officer removed it.
  public let text: String?
  /// When it was written, after the lock that orders messages.
  public let sentAt: Instant
  /// When the text was removed; nil while it is there.
  public let removedAt: Instant?
  /// Who wrote it.
  public let sender: Sender

  /// Longest text, in Unicode scalars.
  public static let maximumLength = 20_000
}

/// Who wrote or uploaded something, as the other participants know them.
public struct Sender: Sendable {
  /// Their place in the space.
  public let participation: ID<Participation>
  /// What they are there.
  public let role: SpaceRole
  /// The name the space knows them by.
  public let name: String?
}
