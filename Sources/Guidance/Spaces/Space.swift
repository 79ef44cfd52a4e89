public import Lifecycle

/// A guidance space's envelope: everything about it but its content, title and people.
public struct Space: Sendable {
  /// What it is addressed by.
  public let id: ID<Space>
  /// Whose it is.
  public let organisation: ID<Organisation>
  /// The register whose policy governs it, and the version of it.
  public let register: String
  /// Of that register.
  public let policyVersion: Int
  /// Of its notices and archive.
  public let language: Language
  /// Codes; plain, because they say nothing of the person.
  public let topics: [String]
  /// Grows with every change of the envelope. Content does not change it.
  public let version: Int
  /// When it was opened.
  public let createdAt: Instant
  /// The facts, and the timeline computed from them.
  public let life: Life
  /// Four instants and four last days.
  public let timeline: Timeline
  /// Crossings up to this instant are in the journal.
  public let journaledThrough: Instant
  /// The end of its journal's chain.
  public let journal: JournalHead
  /// How many messages and files there are: the next one's number is one more.
  public let messageCount: Int
  /// The same of files.
  public let fileCount: Int
  /// The last change of content or timeline: an archive made now is as of then.
  public let contentAt: Instant

  /// Whether the processing is restricted (GDPR 18).
  public var isRestricted: Bool { life.restrictedAt != nil }
}
