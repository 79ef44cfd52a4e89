public import Lifecycle

/// Who a verified token says the caller is. It says nothing about rights: those are looked up.
public struct Identity: Sendable {
  /// The token's issuer and the subject it gave; together they are the principal.
  public let issuer: String
  /// What the issuer calls them: a principal is issuer and subject together.
  public let subject: String
  /// A name to show, where the issuer gives one.
  public let name: String?
  /// An address, where the issuer gives one.
  public let email: EmailAddress?
  /// From a strongly identifying issuer; nil for eIDAS persons and staff.
  public let personalIdentityCode: PersonalIdentityCode?
  /// Under a non-disclosure order (turvakielto).
  public let nonDisclosure: Bool
  /// `auth_time`: when the person authenticated. Never taken from `iat`, which a silent refresh renews.
  public let authenticatedAt: Instant?
  /// Whether the issuer may vouch for staff, and for customers at the level of assurance the token has.
  public let vouchesForStaff: Bool
  /// The same for customers, at the level of assurance that the token has.
  public let vouchesForCustomers: Bool
  /// Named in the configuration as an operator.
  public let isOperator: Bool

  /// An identity that has been verified; nothing here is checked again.
  public init(
    issuer: String, subject: String, name: String? = nil, email: EmailAddress? = nil,
    personalIdentityCode: PersonalIdentityCode? = nil, nonDisclosure: Bool = false, authenticatedAt: Instant? = nil,
    vouchesForStaff: Bool, vouchesForCustomers: Bool, isOperator: Bool = false
  ) {
    self.issuer = issuer
    self.subject = subject
    self.name = name
    self.email = email
    self.personalIdentityCode = personalIdentityCode
    self.nonDisclosure = nonDisclosure
    self.authenticatedAt = authenticatedAt
    self.vouchesForStaff = vouchesForStaff
    self.vouchesForCustomers = vouchesForCustomers
    self.isOperator = isOperator
  }
}
