/// What `serve --dev` opens: tokens for whoever asks, and a clock that moves. Production never makes one.
public struct DevelopmentDoor: Sendable {
  let issuer: TestIssuer

  /// A door whose tokens this issuer signs; the authenticator has to know the same issuer.
  public init(issuer: TestIssuer) {
    self.issuer = issuer
  }
}
