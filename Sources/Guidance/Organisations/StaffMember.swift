public import Lifecycle

/// Somebody's place in an organisation's staff.
public struct StaffMember: Sendable {
  public let account: ID<Account>
  public let issuer: String
  public let subject: String
  public let name: String
  public let email: String?
  public let roles: [StaffRole]
  /// When the confidentiality commitment (vaitiolositoumus) was signed; without one no content is reachable.
  public let commitmentSignedOn: CivilDate?
  public let createdAt: Instant
}

/// What an organisation's admin says of a member.
public struct StaffAppointment: Sendable {
  public let subject: String
  public let name: String
  public let email: EmailAddress?
  public let roles: [StaffRole]
  public let commitmentSignedOn: CivilDate?

  public init(
    subject: String, name: String, email: EmailAddress?, roles: [StaffRole], commitmentSignedOn: CivilDate?
  ) {
    self.subject = subject
    self.name = name
    self.email = email
    self.roles = roles
    self.commitmentSignedOn = commitmentSignedOn
  }
}
