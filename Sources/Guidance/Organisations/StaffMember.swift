public import Lifecycle

/// Somebody's place in an organisation's staff.
public struct StaffMember: Sendable {
  /// The principal.
  public let account: ID<Account>
  /// Who vouches for them.
  public let issuer: String
  /// What the issuer calls them.
  public let subject: String
  /// Their name, as customers see it.
  public let name: String
  /// Where notices to them go.
  public let email: String?
  /// What they may be there.
  public let roles: [StaffRole]
  /// When the confidentiality commitment (vaitiolositoumus) was signed; without one no content is reachable.
  public let commitmentSignedOn: CivilDate?
  /// Its last day; nil while it stands for good.
  public let commitmentValidUntil: CivilDate?
  /// When they were first added.
  public let createdAt: Instant
}

/// What an organisation's admin says of a member.
public struct StaffAppointment: Sendable {
  /// What the organisation's staff issuer calls them.
  public let subject: String
  /// Their name, as customers will see it.
  public let name: String
  /// Where notices to them go.
  public let email: EmailAddress?
  /// What they may be there; none ends every right.
  public let roles: [StaffRole]
  /// When the confidentiality commitment was signed.
  public let commitmentSignedOn: CivilDate?
  /// Its last day; as the policy has it, else for good, when nil.
  public let commitmentValidUntil: CivilDate?

  /// An appointment, checked when it is carried out.
  public init(
    subject: String, name: String, email: EmailAddress?, roles: [StaffRole], commitmentSignedOn: CivilDate?,
    commitmentValidUntil: CivilDate? = nil
  ) {
    self.subject = subject
    self.name = name
    self.email = email
    self.roles = roles
    self.commitmentSignedOn = commitmentSignedOn
    self.commitmentValidUntil = commitmentValidUntil
  }
}
