import Logging
import Postgres
import Vault

extension GuidanceStore {
  /// Somebody known by an issuer's subject alone has come with a personal identity code for the first time.
  ///
  /// The issuer says in one token that subject and code are the same person: whoever has that token reached both before.
  /// Where nobody has the code, it becomes theirs; where somebody was invited by it, that person gets all their places.
  /// Where both have a place in one space one of them ends, and the space's journal says so.
  /// Nothing is ever joined that has two different codes, nor what a token below a customer's assurance says.
  func joinPeople(_ identity: Identity, _ digests: PersonDigests) async throws {
    guard let code = identity.personalIdentityCode, let hetu = digests.hetu else { return }
    let ended: [EndedPlace]
    do {
      ended = try await join(identity, code, hetu, digests.subject)
    } catch let error as PostgresError where error.sqlState == .uniqueViolation {
      // Somebody was invited by the code at this moment: now there are two to join.
      ended = try await join(identity, code, hetu, digests.subject)
    }
    callers.clear()
    for place in ended { events.announce(place.space) }
    logger.notice("a customer known by an issuer's subject has come with a personal identity code")
  }

  /// - Returns: the places that ended.
  private func join(
    _ identity: Identity, _ code: PersonalIdentityCode, _ hetu: Bytea, _ subject: Bytea
  ) async throws -> [EndedPlace] {
    try await service.write(preamble: [stating(nil)]) { transaction in
      let held = try transaction.all(
        """
        SELECT id, is_coded, wrapped_key, subject, name, email
        FROM ohjaustila.hold_people(\(hetu), \(subject))
        """, HeldPerson.init)
      // Another copy of the service may have been faster.
      guard let uncoded = held.first(where: { !$0.isCoded }) else { return [] }
      let own = try self.cipher(of: uncoded.id, wrapped: uncoded.wrappedKey)
      guard let coded = held.first(where: \.isCoded) else {
        try transaction.enqueue(
          """
          SELECT ohjaustila.give_code(\(uncoded.id), \(subject), \(hetu), \(own.seal(code.text, .hetu)))
          """)
        return []
      }
      let other = try self.cipher(of: coded.id, wrapped: coded.wrappedKey)
      let ended = try transaction.all(
        """
        SELECT in_space, ended, kept, was_entered FROM ohjaustila.join_people(\(uncoded.id), \(coded.id), \(hetu), \(subject),
          \(other.seal(own.open(uncoded.subject, .subject), .subject)),
          \(other.seal(own.open(uncoded.name, .name), .name)), \(other.seal(own.open(uncoded.email, .email), .email)))
        """, EndedPlace.init)
      let joined = Caller(identity: identity, principal: .customer(coded.id))
      for place in ended { try self.journal(place, by: joined, transaction) }
      return ended
    }
  }

  /// Journals that a place has ended, as who has the other one: the space is locked. One whose erasure is due lets nobody
  /// in any more, and takes its places with it.
  private func journal(_ place: EndedPlace, by caller: Caller, _ transaction: WriteTransaction) throws {
    let rows = try transaction.pipeline([stating(caller, space: place.space), SpaceAccess.load(place.space)])
    guard let access = try? SpaceAccess(rows[1]) else { return }
    let change = try SpaceChange(access, caller: caller, person: nil, store: self, transaction: transaction)
    try change.carryOutCrossings()
    try change.journal(
      place.wasEntered ? "participantLeft" : "invitationWithdrawn",
      details: [("participant", place.id.description), ("joinedWith", place.kept.description)])
    change.touchEnvelope()
    try change.finish()
  }
}

/// A place that ended because its person has another one in the space.
private struct EndedPlace: Sendable {
  let space: ID<Space>
  let id: ID<Participation>
  let kept: ID<Participation>
  /// Not an invitation that nobody used.
  let wasEntered: Bool

  init(_ row: Row) throws {
    space = try row.get(0)
    id = try row.get(1)
    kept = try row.get(2)
    wasEntered = try row.get(3)
  }
}

/// A person as they are while their row is locked; sealed values under their own key.
private struct HeldPerson: Sendable {
  let id: ID<Person>
  let isCoded: Bool
  let wrappedKey: Bytea
  let subject: Bytea?
  let name: Bytea?
  let email: Bytea?

  init(_ row: Row) throws {
    id = try row.get(0)
    isCoded = try row.get(1)
    wrappedKey = try row.get(2)
    subject = try row.get(3)
    name = try row.get(4)
    email = try row.get(5)
  }
}
