/// A member of a request body that breaks a rule.
public struct InvalidMember: Error, Equatable {
  /// JSON pointer (RFC 6901) to the member; empty for the body itself.
  public let pointer: String
  /// The rule, as a sentence that does not repeat the value.
  public let rule: String

  /// Names a member and the rule it breaks.
  public init(_ pointer: String, _ rule: String) {
    self.pointer = pointer
    self.rule = rule
  }
}
