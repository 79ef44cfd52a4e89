/// All words of index.html in one language.
struct PageTexts: Sendable {
  let language: ArchiveLanguage
  let kind: String
  let introduction: @Sendable (_ asOf: HTML) -> HTML
  let skipToMessages: String
  let contents: String
  let sections: Sections
  let basics: Basics
  let roles: @Sendable (ArchivedRole) -> String
  let events: @Sendable (ArchivedEvent.Kind) -> String
  let lastDays: LastDays
  let counts: Counts
  let removedMessage: String
  let noMessages: String
  let noFiles: String
  /// By BCP 47 tag; another tag is shown as it is.
  let languageNames: [String: String]
  /// Before a message's number, for who does not see that it is one.
  let messageNumber: String
  let joined: String
  let left: String
  let unnamed: String
  let notNamed: String
  /// Before the name of a file in the package, where that is not the name it was given.
  let nameInPackage: String
  let checksum: String
  let rating: @Sendable (Int) -> String
  let authenticity: Authenticity
  let footer: String

  struct Sections: Sendable {
    let basics, participants, timeline, messages, files, feedback, authenticity: String
  }

  /// How to see that the archive is whole and the service's.
  struct Authenticity: Sendable {
    /// What the two files are.
    let files: String
    /// Comes before the command.
    let program: String
    /// Comes before the address, on the service, of its keys.
    let keys: String
    /// The names of the two files in the command.
    let archive, keyFile: String
  }

  struct Basics: Sendable {
    let organisation, controller, register, topics, guidanceLanguage, asOf, identifier: String
  }

  struct LastDays: Sendable {
    let heading, active, reactivatable, archived, open: String
  }

  struct Counts: Sendable {
    let message, messages, file, files: String
  }

  static func of(_ language: ArchiveLanguage) -> PageTexts {
    switch language {
    case .fi: finnish
    case .sv: swedish
    case .en: english
    }
  }
}
