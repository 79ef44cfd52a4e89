/// What a valid token says about its bearer. Roles are not among it: they are looked up.
public struct VerifiedToken: Sendable, Equatable {
  /// The issuer's URL; with `subject` the principal.
  public let issuer: String
  /// The issuer's name for the person.
  public let subject: String
  /// Microseconds since 1970, UTC. Streams opened with the token end here.
  public let expiresAt: Int64
  /// When the person authenticated (`auth_time`), microseconds since 1970, UTC.
  public let authTime: Int64?
  /// Assurance of the authentication.
  public let acr: String?
  /// Name to show.
  public let name: String?
  /// E-mail address.
  public let email: String?
  /// Personal identity code as sent; whether it is a valid one is for the domain to say.
  public let hetu: String?
  /// Whether the person is under a non-disclosure order (turvakielto).
  public let nonDisclosure: Bool
  /// Whether the issuer vouches for staff.
  public let vouchesForStaff: Bool
  /// Whether the bearer may act as a customer, and if not, why.
  public let customerStanding: CustomerStanding

  /// Whether the bearer may act as a customer.
  public var vouchesForCustomer: Bool { customerStanding == .accepted }
}
