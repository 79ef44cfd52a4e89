import Lifecycle
import Postgres

extension GuidanceStore {
  /// Adds or changes a member of the organisation's staff.
  ///
  /// - Returns: whether the member is new.
  /// - Throws: `Refusal.notFound` unless the caller is an admin there; `lastOne` when no admin would be left.
  public func appoint(
    _ appointment: StaffAppointment, to organisation: ID<Organisation>, by caller: Caller
  ) async throws -> (member: StaffMember, isNew: Bool) {
    try appointment.check()
    if let signed = appointment.commitmentSignedOn, signed > zone.date(of: clock.now) {
      throw Refusal.invalid(field: "/commitmentSignedOn", rule: "is a day that has come")
    }
    let issuer = try await staffIssuer(of: organisation, seenBy: caller)
    // A commitment or role that is gone ends event streams.
    defer { events.announceMany() }
    return try await asAdmin {
      try await self.service.write(preamble: [self.stating(caller)]) { transaction in
        let isNew = try transaction.exactlyOne(
          "SELECT created FROM \(self.appointing(appointment, to: organisation, issuer: issuer))"
        ) { try $0.get(0, as: Bool.self) }
        let member = try transaction.exactlyOne(
          StaffMember.selection(organisation, where: "m.subject = \(appointment.subject)"), StaffMember.init)
        return (member, isNew)
      }
    }
  }

  /// Ends a membership; access to the organisation's spaces ends with it, at once.
  public func dismiss(_ subject: String, from organisation: ID<Organisation>, by caller: Caller) async throws {
    let member = try await staffMember(subject, of: organisation, for: caller)
    defer { events.announceMany() }
    try await asAdmin {
      try await self.service.write(preamble: [self.stating(caller)]) { transaction in
        let gone = try transaction.exactlyOne("SELECT ohjaustila.dismiss(\(organisation), \(member.account))") {
          try $0.get(0, as: Bool.self)
        }
        guard gone else { throw Refusal.notFound }
      }
    }
  }

  /// One member, for an admin of the organisation or the member.
  public func staffMember(
    _ subject: String, of organisation: ID<Organisation>, for caller: Caller
  ) async throws -> StaffMember {
    // A text that the database can't hold names nobody in it.
    guard !subject.utf8.contains(0) else { throw Refusal.notFound }
    return try await service.readOnce([
      stating(caller), StaffMember.selection(organisation, where: "m.subject = \(subject)"),
    ]) { rows in
      guard let row = try rows[1].optionalOne() else { throw Refusal.notFound }
      return try StaffMember(row)
    }
  }

  /// The organisation's staff by name, for an admin of it.
  public func staff(
    of organisation: ID<Organisation>, _ page: PageRequest, for caller: Caller
  ) async throws -> Page<StaffMember> {
    _ = try await staffIssuer(of: organisation, seenBy: caller)
    let (at, id) = try page.position(as: Account.self)
    let members = try await service.readOnce([
      stating(caller),
      """
      \(StaffMember.selection(organisation, where: "(m.created_at, m.account_id) > (\(at ?? .distantPast), \(id))"))
      ORDER BY m.created_at, m.account_id LIMIT \(page.limit + 1)
      """,
    ]) { try $0[1].map(StaffMember.init) }
    return Page(members, limit: page.limit) { Cursor(at: $0.createdAt, uuid: $0.account.uuid) }
  }

  /// The call of the narrow function that writes a membership and what follows from it.
  func appointing(_ appointment: StaffAppointment, to organisation: ID<Organisation>, issuer: String) -> Query {
    let signed = appointment.commitmentSignedOn
    let last =
      appointment.commitmentValidUntil
      ?? signed.flatMap { day in accessReview?.commitment.map { zone.deadline(from: day, period: $0).lastDay } }
    return """
      ohjaustila.appoint(\(organisation), \(ID<Account>.make()), \(issuer), \(appointment.subject),
        \(appointment.name), \(appointment.email?.text), \(appointment.roles), \(signed), \(last),
        \(last.map(zone.endOfDay) ?? .distantFuture), \(zone.date(of: clock.now)))
      """
  }

  /// The rules for staff of the register that is in force; nil where it has none.
  var accessReview: AccessReview? { (try? policies.current(register: Self.register))?.accessReview }

  /// The issuer of the organisation's staff, once the caller is known to be its admin.
  func staffIssuer(of organisation: ID<Organisation>, seenBy caller: Caller) async throws -> String {
    try await service.readOnce([
      stating(caller),
      """
      SELECT o.staff_issuer FROM ohjaustila.organisation o
      JOIN ohjaustila.my_organisation mine ON mine.organisation_id = o.id
        AND mine.principal = ohjaustila.principal() AND mine.role = 'admin'
      WHERE o.id = \(organisation)
      """,
    ]) { rows in
      guard let row = try rows[1].optionalOne() else { throw Refusal.notFound }
      return try row.get(0)
    }
  }

  /// Translates what the narrow functions raise.
  func asAdmin<R: Sendable>(_ body: () async throws -> R) async throws -> R {
    do {
      return try await body()
    } catch let error as PostgresError where error.sqlState == .notAllowed {
      throw Refusal.notFound
    } catch let error as PostgresError where error.sqlState == .lastAdmin {
      throw Refusal.lastOne("the organisation would be left without an admin")
    }
  }
}

extension SQLState {
  /// A guarded statement changed another number of rows than one.
  static let guardFailed: SQLState = "OJ001"
  /// A narrow function's caller may not call it.
  static let notAllowed: SQLState = "OJ002"
  /// An organisation would be left without an admin.
  static let lastAdmin: SQLState = "OJ003"
  /// A request with the same key is being carried out.
  static let requestClaimed: SQLState = "OJ004"
}

extension StaffMember {
  /// Members of an organisation as row-level security shows them: all to an admin, oneself to oneself.
  static func selection(_ organisation: ID<Organisation>, where condition: Query) -> Query {
    """
    SELECT m.account_id, m.issuer, m.subject, m.name, m.email, m.roles, m.commitment_signed_on,
      m.commitment_valid_until, m.created_at
    FROM ohjaustila.staff_member m
    WHERE m.organisation_id = \(organisation) AND \(condition)
    """
  }

  init(_ row: Row) throws {
    var cells = row.cells
    try self.init(
      account: cells.next(), issuer: cells.next(), subject: cells.next(), name: cells.next(), email: cells.next(),
      roles: cells.next(), commitmentSignedOn: cells.next(), commitmentValidUntil: cells.next(), createdAt: cells.next()
    )
  }
}
