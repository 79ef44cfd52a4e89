/// One message of the space.
public struct ArchivedMessage: Sendable, Hashable {
  /// From 1, in the space's order; unique within it.
  public var number: Int
  /// The message's identifier in the service.
  public var id: String
  /// When it was sent.
  public var sentAt: ArchiveInstant
  /// The sender's name as written then; nil where none was given.
  public var senderName: String?
  /// The sender's part in the space.
  public var senderRole: ArchivedRole
  /// Plain text, any Unicode; nil where a decision of the data protection officer removed it.
  public var text: String?

  /// Describes a message.
  public init(
    number: Int, id: String, sentAt: ArchiveInstant, senderName: String?, senderRole: ArchivedRole, text: String?
  ) {
    self.number = number
    self.id = id
    self.sentAt = sentAt
    self.senderName = senderName
    self.senderRole = senderRole
    self.text = text
  }
}
