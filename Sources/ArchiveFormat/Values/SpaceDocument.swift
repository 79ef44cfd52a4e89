/// A space without its messages and files, which are too many to hold and are rendered one by one.
public struct SpaceDocument: Sendable, Hashable {
  /// The space's identifier.
  public var id: String
  /// As the counsellor wrote it.
  public var title: String
  /// The language of the guidance, a BCP 47 tag such as `fi`; not necessarily that of the page.
  public var language: String
  /// The organisation whose counsellor opened the space; nil where it must not be named.
  public var organisationName: String?
  /// The controller (GDPR 4(7)); nil where it must not be named.
  public var controllerName: String?
  /// The register's code.
  public var register: String
  /// What the register is called in the page's language; nil shows the code.
  public var registerTitle: String?
  /// Codes, in the space's order.
  public var topics: [String]
  /// What happened and what is due.
  public var timeline: ArchivedTimeline
  /// Everybody who was there, in the space's order.
  public var participants: [ArchivedParticipant]
  /// The customer's feedback, if any.
  public var feedback: ArchivedFeedback?
  /// Messages that will follow.
  public var messageCount: Int
  /// Files that will follow.
  public var fileCount: Int
  /// The instant of the last content or timeline fact: what the archive is true as of.
  public var contentAsOf: ArchiveInstant

  /// Describes a space.
  public init(
    id: String, title: String, language: String, organisationName: String?, controllerName: String?,
    register: String, registerTitle: String? = nil, topics: [String], timeline: ArchivedTimeline,
    participants: [ArchivedParticipant],
    feedback: ArchivedFeedback? = nil, messageCount: Int, fileCount: Int, contentAsOf: ArchiveInstant
  ) {
    self.id = id
    self.title = title
    self.language = language
    self.organisationName = organisationName
    self.controllerName = controllerName
    self.register = register
    self.registerTitle = registerTitle
    self.topics = topics
    self.timeline = timeline
    self.participants = participants
    self.feedback = feedback
    self.messageCount = messageCount
    self.fileCount = fileCount
    self.contentAsOf = contentAsOf
  }
}
