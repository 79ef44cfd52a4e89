public import Lifecycle

/// One message of a space.
public struct Message: Sendable {
  /// Counts from one within its space, in the order written; cursors use it.
  public let number: Int
  public let id: ID<Message>
  public let text: String
  public let sentAt: Instant
  public let sender: Sender

  /// Longest text, in Unicode scalars.
  public static let maximumLength = 20_000
}

/// Who wrote or uploaded something, as the other participants know them.
public struct Sender: Sendable {
  public let participation: ID<Participation>
  public let role: SpaceRole
  public let name: String?
}
