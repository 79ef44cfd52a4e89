import Lifecycle
import Postgres

extension GuidanceStore {
  /// What a change of policy would do to an organisation's spaces, for a data protection officer of it.
  ///
  /// - Throws: `Refusal` when the caller is none, or there is no such change.
  public func previewPolicy(
    register: String, to version: Int, of organisation: ID<Organisation>, by caller: Caller
  ) async throws -> IssuedPreview {
    let change = try policyChange(register: register, to: version, organisation: organisation)
    _ = try await officer(of: organisation, caller)
    return try await previewPolicy(change)
  }

  /// Brings an organisation's spaces under a later version of their policy, by a data protection officer of it. Their word
  /// is the approval that some are kept longer, and it is recorded before anything changes.
  ///
  /// - Parameter token: of a preview of this change.
  /// - Throws: `Refusal` when the caller is none, there is no such change, or the token is not of its preview.
  public func applyPolicy(
    register: String, to version: Int, of organisation: ID<Organisation>, token: String, by caller: Caller
  ) async throws -> PolicyReport {
    let change = try policyChange(register: register, to: version, organisation: organisation)
    let account = try await officer(of: organisation, caller)
    try requireToken(token, of: change)
    try await approve(change, for: organisation, by: account, caller)
    return try await applyPolicy(change, token: token, by: .account(account))
  }

  /// The caller's account, when they are a data protection officer of the organisation now.
  private func officer(of organisation: ID<Organisation>, _ caller: Caller) async throws -> ID<Account> {
    let roles = try await dpo.readOnce([
      stating(caller),
      """
      SELECT role FROM ohjaustila.my_organisation
      WHERE principal = ohjaustila.principal() AND organisation_id = \(organisation)
      """,
    ]) { try $0[1].map { try $0.get(0, as: StaffRole.self) } }
    guard case .staff(let account) = caller.principal, !roles.isEmpty else {
      throw Refusal.invalid(field: "/organisationId", rule: "is an organisation whose staff the caller belongs to")
    }
    guard roles.contains(.dataProtectionOfficer) else { throw Refusal.forbidden(.role) }
    return account
  }

  /// Records the approval; row-level security lets nobody but an officer write it, in their own name.
  private func approve(
    _ change: PolicyChange, for organisation: ID<Organisation>, by account: ID<Account>, _ caller: Caller
  ) async throws {
    do {
      try await dpo.write(preamble: [stating(caller)]) { transaction in
        try transaction.enqueue(
          """
          INSERT INTO ohjaustila.policy_approval (organisation_id, register, version, digest, approved_by, approved_at)
          VALUES (\(organisation), \(change.next.register), \(change.next.version), \(Bytea(change.next.digest)),
            \(account), ohjaustila.instant_now()) ON CONFLICT DO NOTHING
          """)
      }
    } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
      // The role ended between the two transactions.
      throw Refusal.forbidden(.role)
    }
  }
}
