public import Guidance

extension API {
  /// What an installation says about who may run it.
  public struct Configuration: Sendable {
    /// A principal: an issuer and the subject it gave.
    public struct Principal: Hashable, Sendable {
      private let issuer: ExactText
      private let subject: ExactText

      /// Names a principal by a token's `iss` and `sub`, byte for byte.
      public init(issuer: String, subject: String) {
        self.issuer = ExactText(issuer)
        self.subject = ExactText(subject)
      }
    }

    /// Who runs the service.
    public var operators: Set<Principal>
    /// The issuers that vouch for staff: an organisation's staff is known by one of them.
    public var staffIssuers: Set<ExactText>
    /// Whose `X-Forwarded-For` is believed.
    public var trustedProxies: [AddressRange]
    /// Whether personal identity codes with an individual number of 900–999 are taken for people's.
    public var temporaryIdentityCodes: Bool

    /// A configuration.
    public init(
      operators: Set<Principal>, staffIssuers: Set<String>, trustedProxies: [AddressRange] = [],
      temporaryIdentityCodes: Bool = false
    ) {
      self.operators = operators
      self.staffIssuers = Set(staffIssuers.map { ExactText($0) })
      self.trustedProxies = trustedProxies
      self.temporaryIdentityCodes = temporaryIdentityCodes
    }
  }
}
