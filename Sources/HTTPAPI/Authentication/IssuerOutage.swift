/// An issuer whose keys could not be loaded at the last attempt.
public struct IssuerOutage: Sendable, Equatable {
  /// Its URL.
  public let issuer: String
  /// Whether its older keys still count: then tokens that they signed are accepted.
  public let hasKeys: Bool
}
