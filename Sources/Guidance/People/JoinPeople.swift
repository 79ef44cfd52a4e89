import Logging
import Postgres
import Vault

extension GuidanceStore {
  /// Somebody known by an issuer's subject alone has come with a personal identity code for the first time.
  ///
  /// The issuer says in one token that subject and code are the same person: whoever has that token reached both before.
  /// Where nobody has the code, it becomes theirs; where somebody was invited by it, that person gets all their places.
  /// Nothing is ever joined that has two different codes, nor what a token below a customer's assurance says.
  func joinPeople(_ identity: Identity, _ digests: PersonDigests) async throws {
    guard let code = identity.personalIdentityCode, let hetu = digests.hetu else { return }
    do {
      try await join(code, hetu, digests.subject)
    } catch let error as PostgresError where error.sqlState == .uniqueViolation {
      // Somebody was invited by the code at this moment: now there are two to join.
      try await join(code, hetu, digests.subject)
    }
    callers.clear()
    logger.notice("a customer known by an issuer's subject has come with a personal identity code")
  }

  private func join(_ code: PersonalIdentityCode, _ hetu: Bytea, _ subject: Bytea) async throws {
    try await service.write(preamble: [stating(nil)]) { transaction in
      let held = try transaction.all(
        """
        SELECT id, is_coded, wrapped_key, subject, name, email
        FROM ohjaustila.hold_people(\(hetu), \(subject))
        """, HeldPerson.init)
      // Another copy of the service may have been faster.
      guard let uncoded = held.first(where: { !$0.isCoded }) else { return }
      let own = try self.cipher(of: uncoded.id, wrapped: uncoded.wrappedKey)
      guard let coded = held.first(where: \.isCoded) else {
        return try transaction.enqueue(
          """
          SELECT ohjaustila.give_code(\(uncoded.id), \(subject), \(hetu), \(own.seal(code.text, .hetu)))
          """)
      }
      let other = try self.cipher(of: coded.id, wrapped: coded.wrappedKey)
      try transaction.enqueue(
        """
        SELECT ohjaustila.join_people(\(uncoded.id), \(coded.id), \(hetu), \(subject),
          \(other.seal(own.open(uncoded.subject, .subject), .subject)),
          \(other.seal(own.open(uncoded.name, .name), .name)), \(other.seal(own.open(uncoded.email, .email), .email)))
        """)
    }
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
