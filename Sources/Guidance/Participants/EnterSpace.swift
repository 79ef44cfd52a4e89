import Lifecycle
import Postgres
import Vault

extension GuidanceStore {
  /// A customer enters a space: "I authenticated into this space".
  ///
  /// Who was invited by personal identity code needs no code; an invitation's code binds whoever holds it, once.
  ///
  /// - Throws: `Refusal.invitationRefused` for a code that does not open this space, whatever the reason; `restricted`
  ///   for one that would, were processing not restricted: the invitation stays.
  public func enter(_ id: ID<Space>, invitation: String?, by caller: Caller) async throws -> SpaceView {
    guard caller.identity.vouchesForCustomers else { throw Refusal.notFound }
    guard let invitation else { return try await entered(id, by: caller) }
    if caller.uuid != nil, let view = try await seen(id, by: caller) { return view }
    if case .staff = caller.principal { throw Refusal.notFound }
    guard let code = try? InvitationCode(parsing: invitation) else { throw Refusal.invitationRefused }
    let bound = try await redeem(code, of: id, by: caller)
    return try await space(id, for: bound)
  }

  /// The space when the caller is in it already: their code is then not looked at.
  private func seen(_ id: ID<Space>, by caller: Caller) async throws -> SpaceView? {
    do {
      return try await entered(id, by: caller)
    } catch Refusal.notFound {
      return nil
    }
  }

  /// The space for a customer of it; a member of staff who sees it is refused by the permission table.
  private func entered(_ id: ID<Space>, by caller: Caller) async throws -> SpaceView {
    try await reading(id, by: caller, to: .enter, [Participant.selection(of: id)]) { access, rows in
      try self.view(of: access, participants: rows[0].map(ParticipantRow.init))
    }
  }

  /// Makes the person where there is none and gives them the place that the code holds, in one transaction.
  private func redeem(_ code: InvitationCode, of id: ID<Space>, by caller: Caller) async throws -> Caller {
    let identity = caller.identity
    let digests = PersonDigests(identity, index: keys.blindIndex)
    let person = NewPerson(
      hetu: identity.personalIdentityCode, hetuDigest: digests.hetu, subject: identity.subject,
      subjectDigest: digests.subject, name: identity.name, email: identity.email?.text, language: .finnish,
      nonDisclosure: identity.nonDisclosure, keys: keys)
    let digest = Bytea(keys.blindIndex.digest(code.canonical, kind: .invitation))
    let bound = try await service.write(preamble: [stating(caller, space: id)]) { transaction in
      let person = try transaction.exactlyOne(person.ensuring) { try $0.get(0, as: ID<Person>.self) }
      let bound = Caller(identity: identity, principal: .customer(person), origin: caller.origin)
      let rows = try transaction.pipeline([
        self.stating(bound, space: id),
        "SELECT ohjaustila.hold_space(\(id))",
        "SELECT ohjaustila.redeem_invitation(\(id), \(digest), \(person))",
      ])
      guard try rows[2].exactlyOne().get(0, as: Bool.self) else { throw Refusal.invitationRefused }
      try self.journalEntry(of: bound, into: id, transaction)
      return bound
    }
    callers.remember(bound.principal, of: identity, on: zone.date(of: clock.now))
    return bound
  }

  /// Journals that the caller has just been bound to their place, and that they authenticated: the space is held, and
  /// they see it from this transaction's next statement on.
  private func journalEntry(of caller: Caller, into id: ID<Space>, _ transaction: WriteTransaction) throws {
    let access = try SpaceAccess(transaction.pipeline([SpaceAccess.load(id)])[0])
    // Nobody new comes to what is restricted; who is in it already reads on.
    guard !access.space.isRestricted else { throw Refusal.restricted }
    let change = try SpaceChange(access, caller: caller, person: nil, store: self, transaction: transaction)
    try change.carryOutCrossings()
    try change.journal("invitationRedeemed", details: [("participant", change.participation().description)])
    try change.recordAuthentication()
    try change.finish()
  }
}
