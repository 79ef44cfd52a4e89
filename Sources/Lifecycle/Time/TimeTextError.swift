/// A text that is not the instant, date or duration it should be.
public struct TimeTextError: Error, Hashable, CustomStringConvertible {
  /// What the text should have been.
  public enum Subject: String, Sendable {
    /// An RFC 3339 instant.
    case instant
    /// A civil date, `YYYY-MM-DD`.
    case date
    /// A period of months and days, ISO 8601.
    case period
    /// A period and a time, ISO 8601.
    case amount = "amount of time"
  }

  /// What the text should have been.
  public let subject: Subject
  /// The text as given, cut to 64 characters.
  public let text: String
  /// Bytes from the start to where reading stopped.
  public let offset: Int
  /// What is wrong there.
  public let problem: String

  init(subject: Subject, text: String, offset: Int, problem: String) {
    self.subject = subject
    self.text = String(text.prefix(64))
    self.offset = offset
    self.problem = problem
  }

  /// One line for people: the text, where and what.
  public var description: String { "\"\(text)\" is no \(subject.rawValue): at \(offset), \(problem)" }
}
