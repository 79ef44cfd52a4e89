/// A notice that people get at a boundary, or so many days before it.
public struct NoticeRule: Hashable, Sendable {
  /// A side of the space that is told.
  public enum Recipient: String, CaseIterable, Hashable, Sendable {
    /// Every customer of the space.
    case customer
    /// Every counsellor of the space.
    case counsellor
  }

  /// The most days a notice may come before its boundary.
  public static let longestOffset = 366

  /// The kind of notice, one word; names the template.
  public let code: String
  /// What it is about.
  public let boundary: Boundary
  /// Whole local days before the boundary's day, at whose start it is due; 0 at the boundary itself.
  public let daysBefore: Int
  /// Who is told.
  public let recipients: [Recipient]

  /// A notice of a kind about a boundary, due so many local days before it (0: at it).
  public init(code: String, boundary: Boundary, daysBefore: Int, recipients: [Recipient]) {
    self.code = code
    self.boundary = boundary
    self.daysBefore = daysBefore
    self.recipients = recipients
  }
}
