extension API {
  /// What an installation says about who may run it.
  public struct Configuration: Sendable {
    /// A principal: an issuer and the subject it gave.
    public struct Principal: Hashable, Sendable {
      /// The token's `iss`.
      public let issuer: String
      /// The token's `sub`.
      public let subject: String

      /// Names a principal.
      public init(issuer: String, subject: String) {
        self.issuer = issuer
        self.subject = subject
      }
    }

    /// Who runs the service.
    public var operators: Set<Principal>
    /// The issuers that vouch for staff: an organisation's staff is known by one of them.
    public var staffIssuers: Set<String>

    /// A configuration.
    public init(operators: Set<Principal>, staffIssuers: Set<String>) {
      self.operators = operators
      self.staffIssuers = staffIssuers
    }
  }
}
