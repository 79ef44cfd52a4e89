/// The retention and lifecycle rules of a register in one version, checked: every life ends, boundaries never
/// decrease (periods cannot be negative), caps are kept, no code occurs twice.
@dynamicMemberLookup
public struct Policy: Hashable, Sendable {
  /// What it says.
  public let terms: PolicyTerms

  /// The longest life, cap and grace a policy may give.
  public static let longestPeriod = Period(months: 1200) ?? .zero

  /// The longest leeway for clocks that disagree.
  public static let longestLeeway = Duration.seconds(600)

  /// The policy of these terms, or the first thing wrong with them.
  public init(_ terms: PolicyTerms) throws(PolicyError) {
    try terms.checkTexts()
    try terms.checkLife()
    try terms.checkNotices()
    try terms.checkHolds()
    try terms.checkLogs()
    try terms.checkAccessReview()
    self.terms = terms
  }

  /// A term, read directly.
  public subscript<Value>(dynamicMember term: KeyPath<PolicyTerms, Value>) -> Value { terms[keyPath: term] }

  /// The rule for holds of a reason.
  public func hold(for reason: String) -> HoldRule? { terms.holds.first { $0.reason == reason } }

  /// The longest time by which a notice precedes its boundary, in days. No change of policy brings a boundary nearer
  /// than this, so that every warning can still be given.
  public var longestNoticeOffset: Period {
    Period(days: terms.notices.map(\.daysBefore).max() ?? 0) ?? .zero
  }
}
