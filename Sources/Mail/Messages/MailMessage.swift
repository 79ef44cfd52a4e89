/// One mail to one recipient, checked: nothing in it can end a header or a command early.
public struct MailMessage: Hashable, Sendable {
  /// The most characters of a subject.
  public static let longestSubject = 500
  /// The most bytes of the two bodies together: 1 MiB. A notice has a few thousand.
  public static let largestBody = 1 << 20

  /// The author, and the sender of the envelope, to whom bounces go.
  public let from: MailAddress
  /// The recipient.
  public let to: MailAddress
  /// One line in any letters.
  public let subject: String
  /// The plain text; any line ends.
  public let text: String
  /// The same as HTML; nil for a mail of plain text alone.
  public let html: String?
  /// `left@right`, without angle brackets. A retry of the same mail has the same one.
  public let messageID: String
  /// When it was written; the same for a retry.
  public let date: MailDate
  /// The language of the text, a tag such as `fi` (BCP 47).
  public let language: String
  /// Where answers go, when not to the author.
  public let replyTo: MailAddress?

  /// A checked mail.
  public init(
    from: MailAddress, to: MailAddress, subject: String, text: String, html: String?, messageID: String,
    date: MailDate, language: String, replyTo: MailAddress? = nil
  ) throws(MailMessageError) {
    guard subject.count <= Self.longestSubject else { throw .subjectTooLong }
    guard !Syntax.hasControls(subject) else { throw .controlCharacterInSubject }
    guard text.utf8.count + (html?.utf8.count ?? 0) <= Self.largestBody else { throw .bodyTooLarge }
    guard Self.isMessageID(messageID) else { throw .malformedMessageID }
    guard Self.isLanguageTag(language) else { throw .malformedLanguage }
    self.from = from
    self.to = to
    self.subject = subject
    self.text = text
    self.html = html
    self.messageID = messageID
    self.date = date
    self.language = language
    self.replyTo = replyTo
  }

  private static func isMessageID(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return text.utf8.count <= 250 && parts.count == 2 && parts.allSatisfy { Syntax.isDotAtom($0) }
  }

  private static func isLanguageTag(_ text: String) -> Bool {
    text.utf8.count <= 35
      && text.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { subtag in
        1...8 ~= subtag.utf8.count && subtag.utf8.allSatisfy(Syntax.isAlphanumeric)
      }
  }
}

extension MailMessage: CustomStringConvertible, CustomReflectable {
  /// Names the mail by its Message-ID; who gets it and what it says stay out.
  public var description: String { "mail <\(messageID)>" }

  /// Empty: a mail written to a log by mistake tells nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a mail can't be made of these parts. Never holds any of them.
public enum MailMessageError: Error, Hashable, Sendable {
  /// More than `MailMessage.longestSubject` characters.
  case subjectTooLong
  /// A line end, NUL or other control character in the subject.
  case controlCharacterInSubject
  /// More than `MailMessage.largestBody` bytes.
  case bodyTooLarge
  /// Not a dot-atom, an @ and a dot-atom, of at most 250 bytes.
  case malformedMessageID
  /// Not a language tag.
  case malformedLanguage
}
