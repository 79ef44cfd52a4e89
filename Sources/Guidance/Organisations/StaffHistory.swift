public import Lifecycle
import Postgres

/// What became of a member's rights, once.
public struct StaffChange: Sendable {
  /// In the order of what happened, over all organisations.
  public let number: Int
  /// When.
  public let at: Instant
  /// Of whom.
  public let subject: String
  /// `appointed`, `changed`, `renewed`, `ended`, `lapsed` or `dismissed`.
  public let what: String
  /// `admin`, `operator`, or `service` for what ended by itself.
  public let byWhom: String
  /// The admin's account; nil for the others.
  public let byAccount: ID<Account>?
  /// What was left.
  public let roles: [StaffRole]
  /// Of the commitment that was left.
  public let commitmentSignedOn: CivilDate?
  /// Its last day; nil while it stands for good.
  public let commitmentValidUntil: CivilDate?
}

extension GuidanceStore {
  /// What became of the rights of an organisation's staff, in order: for its admins and data protection officers.
  ///
  /// - Throws: `Refusal.notFound` for everybody else.
  public func staffHistory(
    of organisation: ID<Organisation>, _ page: PageRequest, for caller: Caller
  ) async throws -> Page<StaffChange> {
    let after = try page.number()
    let roles = try await roles(of: caller, in: organisation, for: .readStaffHistory)
    // An officer logs in as what officers see.
    let database = roles.contains(.admin) ? service : dpo
    let changes = try await database.readOnce([
      stating(caller),
      """
      SELECT h.number, h.at, h.subject, h.what, h.by_whom, h.by_account, h.roles, h.commitment_signed_on,
        h.commitment_valid_until
      FROM ohjaustila.staff_history h WHERE h.organisation_id = \(organisation) AND h.number > \(after)
      ORDER BY h.number LIMIT \(page.limit + 1)
      """,
    ]) { try $0[1].map(StaffChange.init) }
    return Page(changes, limit: page.limit, next: { String($0.number) })
  }

  /// The caller's roles in an organisation.
  ///
  /// - Throws: `Refusal.notFound` when none of them includes the action: whether there is such an organisation's thing is
  ///   nobody else's business.
  func roles(
    of caller: Caller, in organisation: ID<Organisation>, for action: OrganisationAction
  ) async throws -> [StaffRole] {
    guard caller.isStaff else { throw Refusal.notFound }
    let roles = try await service.readOnce([
      stating(caller),
      """
      SELECT role FROM ohjaustila.my_organisation
      WHERE principal = ohjaustila.principal() AND organisation_id = \(organisation)
      """,
    ]) { try $0[1].map { try $0.get(0, as: StaffRole.self) } }
    guard !Permissions.roles(for: action).filter(roles.contains).isEmpty else { throw Refusal.notFound }
    return roles
  }
}

extension StaffChange {
  fileprivate init(_ row: Row) throws {
    var cells = row.cells
    try self.init(
      number: cells.next(), at: cells.next(), subject: cells.next(), what: cells.next(), byWhom: cells.next(),
      byAccount: cells.next(), roles: cells.next(), commitmentSignedOn: cells.next(),
      commitmentValidUntil: cells.next())
  }
}
