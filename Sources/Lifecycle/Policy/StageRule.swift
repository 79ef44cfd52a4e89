/// How long one stage lasts, and where that is said.
public struct StageRule: Hashable, Sendable {
  /// The stage's length; zero when it ends as it begins.
  public let period: Period
  /// The text and place of the rule, for people who ask why.
  public let source: String

  /// A stage of a length, with the text that says so.
  public init(period: Period, source: String) {
    self.period = period
    self.source = source
  }
}
