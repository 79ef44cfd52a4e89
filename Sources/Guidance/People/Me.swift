public import Lifecycle
import Postgres
import Vault

/// Whom the service takes a caller for.
public struct Me: Sendable {
  /// An organisation the caller works for, and as what.
  public struct Membership: Sendable {
    /// Where.
    public let organisation: ID<Organisation>
    /// The organisation's name.
    public let name: String
    /// As what.
    public let roles: [StaffRole]
    /// When the confidentiality commitment was signed.
    public let commitmentSignedOn: CivilDate?
    /// Its last day; nil while it stands for good.
    public let commitmentValidUntil: CivilDate?
  }

  /// The identity and principal.
  public let caller: Caller
  /// By the name of the organisation.
  public let memberships: [Membership]
  /// A customer's own address and language for notices; nil for who is no customer yet.
  public let contact: Contact?

  /// Where and in which language a customer wants notices.
  public struct Contact: Sendable {
    /// Their own address, under their own key.
    public let email: String?
    /// Of notices to them.
    public let language: Language
  }
}

extension GuidanceStore {
  /// Whom the service takes the caller for.
  public func me(_ caller: Caller) async throws -> Me {
    let (memberships, contact) = try await service.readOnce([
      stating(caller),
      """
      SELECT m.organisation_id, o.name, m.roles, m.commitment_signed_on, m.commitment_valid_until
      FROM ohjaustila.staff_member m
      JOIN ohjaustila.organisation o ON o.id = m.organisation_id
      WHERE m.account_id = ohjaustila.principal() ORDER BY o.name, o.id
      """,
      "SELECT wrapped_key, email, language FROM ohjaustila.person WHERE id = ohjaustila.principal()",
    ]) { rows in
      let memberships = try rows[1].map { row in
        try Me.Membership(
          organisation: row.get(0), name: row.get(1), roles: row.get(2), commitmentSignedOn: row.get(3),
          commitmentValidUntil: row.get(4))
      }
      guard let person = caller.person, let row = try rows[2].optionalOne() else {
        return (memberships, Me.Contact?.none)
      }
      var email: String?
      do {
        email = try self.cipher(of: person, wrapped: row.get(0)).open(row.get(1), .email)
      } catch UnwrapError.lostMaster {
        email = nil
      }
      return (memberships, Me.Contact(email: email, language: try row.get(2)))
    }
    return Me(caller: caller, memberships: memberships, contact: contact)
  }

  /// Changes a customer's own address and language for notices.
  ///
  /// - Parameters:
  ///   - email: nil leaves it; `.some(nil)` removes it.
  ///   - language: nil leaves it.
  /// - Throws: `Refusal.notFound` for who is no customer of any space.
  public func changeContact(email: EmailAddress??, language: Language?, of caller: Caller) async throws -> Me {
    guard let person = caller.person else { throw Refusal.notFound }
    try await service.write(preamble: [stating(caller)]) { transaction in
      let row = try transaction.optionalOne(
        "SELECT wrapped_key, email, language FROM ohjaustila.person WHERE id = \(person) FOR NO KEY UPDATE"
      ) { (try $0.get(0, as: Bytea.self), try $0.get(1, as: Bytea?.self), try $0.get(2, as: Language.self)) }
      guard let (wrapped, sealed, spoken) = row else { throw Refusal.notFound }
      let cipher = try self.cipher(of: person, wrapped: wrapped)
      let address = email.map { cipher.seal($0?.text, .email) } ?? sealed
      try transaction.enqueueUpdatingExactlyOne(
        """
        UPDATE ohjaustila.person SET email = \(address), language = \(language ?? spoken) WHERE id = \(person)
        """)
    }
    return try await me(caller)
  }

  /// Opens and seals what is kept of a person.
  func cipher(of person: ID<Person>, wrapped: Bytea) throws -> PersonCipher {
    let key = try keys.unwrap(WrappedKey(bytes: wrapped.bytes), of: .person(person.uuid))
    return PersonCipher(key, person: person)
  }
}
