import Lifecycle

/// The words of notices in one language: short sentences, plain words, one thing to do.
struct NoticeTexts: Sendable {
  let language: Language
  let greeting: String
  /// What the link does.
  let open: String
  /// What a customer reads; the organisation is nil when it must not be named.
  let customer: @Sendable (NoticeMessage, _ organisation: String?) -> Content
  /// What a counsellor reads; nil for what counsellors are not told of.
  let counsellor: @Sendable (NoticeMessage) -> Content?
  /// Whom a customer asks.
  let ask: @Sendable (_ organisation: String?) -> String
  /// Why a customer gets this.
  let reason: @Sendable (NoticeMessage) -> String
  let counsellorReason: String
  let noReply: String

  /// A subject, and paragraphs below the greeting.
  struct Content: Sendable {
    let subject: String
    let paragraphs: [NoticeLetter.Paragraph]

    init(_ subject: String, _ paragraphs: [NoticeLetter.Paragraph]) {
      self.subject = subject
      self.paragraphs = paragraphs
    }

    init(_ subject: String, _ paragraphs: String...) {
      self.init(subject, paragraphs.map(NoticeLetter.Paragraph.text))
    }
  }

  static func of(_ language: Language) -> NoticeTexts {
    switch language {
    case .finnish: finnish
    case .swedish: swedish
    case .english: english
    }
  }

  /// A day as people write it in Finland: `1.6.2026`, `1 June 2026`.
  static func day(_ day: CivilDate, in language: Language) -> String {
    switch language {
    case .finnish, .swedish: "\(day.day).\(day.month).\(day.year)"
    case .english: "\(day.day) \(englishMonths[day.month - 1]) \(day.year)"
    }
  }

  private static let englishMonths = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
}
