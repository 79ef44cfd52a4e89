/// The customer's feedback on the space.
public struct ArchivedFeedback: Sendable, Hashable {
  /// 1–5, 5 the best.
  public var rating: Int
  /// In the customer's words, if any.
  public var text: String?
  /// When it was given.
  public var givenAt: ArchiveInstant

  /// Describes feedback.
  public init(rating: Int, text: String?, givenAt: ArchiveInstant) {
    self.rating = rating
    self.text = text
    self.givenAt = givenAt
  }
}
