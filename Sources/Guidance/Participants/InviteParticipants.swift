import Lifecycle
import Postgres

extension GuidanceStore {
  /// A space's participants, those who left included, for who takes part in it.
  public func participants(of id: ID<Space>, for caller: Caller) async throws -> [Participant] {
    try await reading(
      id, by: caller, to: .readContent, opening: .participants, [Participant.selection(of: id)]
    ) { access, rows in
      try Senders(rows[0], self.cipher(of: access)).participants
    }
  }

  /// Invites another customer.
  public func invite(
    _ customer: SpaceDraft.Customer, to id: ID<Space>, by caller: Caller, request: RequestKey? = nil
  ) async throws -> Participant {
    let invitation = try Invitation(customer, index: 0, among: [customer], language: .finnish, keys: keys)
    let participation: ID<Participation>
    do {
      participation = try await change(
        id, by: caller, to: .invite, request: request, ensuring: invitation.ensuringPerson
      ) { change in
        try self.write(invitation, change)
      }
    } catch let repetition as Repetition {
      participation = repetition.resource(Participation.self)
    } catch let error as PostgresError where error.sqlState == .uniqueViolation {
      throw Refusal.invalid(field: "/hetu", rule: "names somebody who is not in the space yet")
    }
    guard let invited = try await participants(of: id, for: caller).first(where: { $0.id == participation }) else {
      throw Refusal.notFound
    }
    return invited
  }

  private func write(_ invitation: Invitation, _ change: SpaceChange) throws -> ID<Participation> {
    let id = change.space.id
    let person = change.person
    if let person {
      try change.enqueue(
        """
        SELECT ohjaustila.admit(\(id), \(person.uuid), 'customer', \(invitation.participation),
          \(change.timeline.erasesAt), \(change.space.createdAt), NULL)
        """)
    }
    let cipher = try change.cipher()
    try change.enqueue(
      invitation.insertion(
        space: id, person: person, at: change.now, lifetime: options.invitationLifetime, cipher: cipher, keys: keys))
    if let notice = invitation.notice(space: id, at: change.now, cipher: cipher) { try change.enqueue(notice) }
    try change.journal("participantInvited", details: [("participant", invitation.participation.description)])
    change.touchEnvelope()
    change.resource = invitation.participation.uuid
    return invitation.participation
  }
}
