import Foundation
import Lifecycle
import Postgres
import Vault

/// How a person is reached, opened for one mail.
struct NoticeContact: Sendable {
  let address: EmailAddress
  let language: Language
  /// Whether the mail may name the organisation. Not to a person under a non-disclosure order; nor to somebody who has
  /// never signed in, of whom nobody knows yet whether there is one. A mail lies where others may read it, and that is
  /// what the rule is about (domain.md): the archive and the space itself name the organisation, to that person as to all.
  let mayNameOrganisation: Bool
}

/// What is stored of how a customer is reached.
struct SealedContact {
  let participation: ID<Participation>
  private let email: Bytea?
  private let hasEntered: Bool
  private let person: SealedPerson?
  private let spaceLanguage: Language

  private struct SealedPerson {
    let id: ID<Person>
    let wrappedKey: Bytea
    let email: Bytea?
    let language: Language
    let nonDisclosure: Bool
  }

  /// Of participant `p`, contact `n` and space `s`.
  static let columns: Query = """
    p.id, p.email, p.entered_at IS NOT NULL, n.id, n.wrapped_key, n.email, n.language, n.non_disclosure, s.language
    """

  init(_ cells: inout Cells) throws {
    participation = try cells.next()
    email = try cells.next()
    hasEntered = try cells.next()
    let id: ID<Person>? = try cells.next()
    let (key, own): (Bytea?, Bytea?) = try (cells.next(), cells.next())
    let (language, order): (Language?, Bool?) = try (cells.next(), cells.next())
    spaceLanguage = try cells.next()
    person =
      if let id, let key, let language, let order {
        SealedPerson(id: id, wrappedKey: key, email: own, language: language, nonDisclosure: order)
      } else {
        nil
      }
  }

  /// The customer's own address, else the one they were invited at; an invitation goes where it was sent to.
  ///
  /// - Returns: nil for who has no address.
  func opened(_ keys: KeyRing, _ cipher: SpaceCipher, invited: Bool = false) throws -> NoticeContact? {
    let given = try cipher.open(email, .participantEmail(participation))
    let own = try person.flatMap { person in
      let key = try keys.unwrap(WrappedKey(bytes: person.wrappedKey.bytes), of: .person(person.id.uuid))
      return try PersonCipher(key, person: person.id).open(person.email, .email)
    }
    guard let address = (invited ? given ?? own : own ?? given).flatMap(EmailAddress.init) else { return nil }
    return NoticeContact(
      address: address, language: person?.language ?? spaceLanguage,
      mayNameOrganisation: hasEntered && person?.nonDisclosure == false)
  }
}

extension NoticeContact {
  private static func place(_ delivery: ID<Delivery>) -> SealPlace {
    SealPlace(table: "delivery", column: "contact", row: delivery.uuid)
  }

  /// Sealed under a key of the delivery's own, for when space and person are gone.
  func sealed(for delivery: ID<Delivery>, keys: KeyRing) -> (wrappedKey: Bytea, contact: Bytea) {
    let key = DataKey.random(for: .notice(delivery.uuid))
    let text = "\(language.rawValue) \(mayNameOrganisation ? "1" : "0") \(address.text)"
    return (Bytea(keys.wrap(key).bytes), Bytea(Sealer(key).seal(text: text, at: Self.place(delivery))))
  }

  /// What `sealed` made.
  static func open(
    _ sealed: Bytea, wrappedKey: Bytea, of delivery: ID<Delivery>, keys: KeyRing
  ) throws -> NoticeContact? {
    let key = try keys.unwrap(WrappedKey(bytes: wrappedKey.bytes), of: .notice(delivery.uuid))
    let parts = try Sealer(key).openText(sealed.bytes, at: place(delivery)).split(separator: " ", maxSplits: 2)
    guard parts.count == 3, let language = Language(rawValue: String(parts[0])),
      let address = EmailAddress(String(parts[2]))
    else { return nil }
    return NoticeContact(address: address, language: language, mayNameOrganisation: parts[1] == "1")
  }
}
