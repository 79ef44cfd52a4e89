/// A ground on which erasure may be put off, and how far.
public struct HoldRule: Hashable, Sendable {
  /// The ground's code, such as `legalClaim`.
  public let reason: String
  /// How far beyond the base retention's last day a hold may reach.
  public let cap: Period
  /// Whether a second person must approve; the caller sees to it before the fact is recorded.
  public let needsSecondApproval: Bool
  /// The text and place of the rule.
  public let source: String

  /// A ground with its cap beyond the base, and the text that says so.
  public init(reason: String, cap: Period, needsSecondApproval: Bool, source: String) {
    self.reason = reason
    self.cap = cap
    self.needsSecondApproval = needsSecondApproval
    self.source = source
  }
}
