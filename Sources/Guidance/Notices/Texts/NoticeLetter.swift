import Lifecycle

/// A notice in one language, before it is plain text or a page.
struct NoticeLetter: Sendable {
  let language: Language
  let subject: String
  let paragraphs: [Paragraph]
  /// Where the space is opened; nil when there is nothing to open any more.
  let link: Link?
  /// Whom to ask, why this came, and that nobody reads an answer.
  let footer: [String]

  enum Paragraph: Hashable, Sendable {
    case text(String)
    /// What somebody copies or types.
    case code(String)
  }

  struct Link: Hashable, Sendable {
    let label: String
    let url: String
  }
}

extension NoticeLetter {
  /// To a customer.
  ///
  /// - Parameter organisation: nil when the mail must not name it.
  init(_ message: NoticeMessage, toCustomerIn language: Language, organisation: String?, link url: String) {
    let texts = NoticeTexts.of(language)
    let content = texts.customer(message, organisation)
    self.init(
      content, texts, url: message.isAboutNothingLeft ? nil : url,
      footer: [texts.ask(organisation), texts.reason(message), texts.noReply])
  }

  /// To a counsellor; nil when counsellors are not told of such a thing. It names nobody.
  init?(_ message: NoticeMessage, toCounsellorIn language: Language, link url: String) {
    let texts = NoticeTexts.of(language)
    guard let content = texts.counsellor(message) else { return nil }
    self.init(content, texts, url: url, footer: [texts.counsellorReason, texts.noReply])
  }

  private init(_ content: NoticeTexts.Content, _ texts: NoticeTexts, url: String?, footer: [String]) {
    language = texts.language
    subject = content.subject
    paragraphs = [.text(texts.greeting)] + content.paragraphs
    link = url.map { Link(label: texts.open, url: $0) }
    self.footer = footer
  }

  /// Plain text, for programs that show no pages.
  var text: String {
    let body = paragraphs.map { paragraph in
      switch paragraph {
      case .text(let text): text
      case .code(let code): "    \(code)"
      }
    }
    let opening = link.map { ["\($0.label):\n\($0.url)"] } ?? []
    return (body + opening + ["-- \n" + footer.joined(separator: "\n")]).joined(separator: "\n\n") + "\n"
  }
}

extension NoticeMessage {
  fileprivate var isAboutNothingLeft: Bool {
    if case .erased = self { true } else { false }
  }
}
