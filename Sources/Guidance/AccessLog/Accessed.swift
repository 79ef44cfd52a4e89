/// What was looked at.
public struct Accessed: Hashable, Sendable {
  /// Kinds, as they are stored and hashed.
  public enum Kind: String, Sendable, CaseIterable {
    /// The envelope, with title and participants for who takes part.
    case space
    /// A list of spaces with their titles.
    case list
    case timeline
    case messages
    case files
    /// One file's bytes.
    case file
    case archive
    case participants
    case feedback
    case journal
    case holds
    /// The access log itself.
    case accessLog
  }

  /// The kind.
  public let kind: Kind
  /// The file, where it was one.
  public let file: ID<File>?

  private init(_ kind: Kind, file: ID<File>? = nil) {
    self.kind = kind
    self.file = file
  }

  static let envelope = Accessed(.space)
  static let list = Accessed(.list)
  static let files = Accessed(.files)
  static let participants = Accessed(.participants)
  static let accessLog = Accessed(.accessLog)
  static func file(_ id: ID<File>) -> Accessed { Accessed(.file, file: id) }

  /// What an action looks at where its use case says nothing more precise.
  init(_ action: Action) {
    let kind: Kind =
      switch action {
      case .readTimeline: .timeline
      case .readJournal: .journal
      case .readHolds: .holds
      case .readContent: .messages
      case .readAccessLog: .accessLog
      case .download: .archive
      case .giveFeedback: .feedback
      case .read, .write, .markRead, .rename, .enter, .invite, .consent, .endPlace, .close, .reactivate, .archive,
        .transfer,
        .hold, .restrict, .erase:
        .space
      }
    self.init(kind)
  }
}
