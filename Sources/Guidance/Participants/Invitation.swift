import Foundation
import Lifecycle
import Postgres
import Vault

/// A customer about to be invited: what the database will find them by.
struct Invitation: Sendable {
  let participation = ID<Participation>.make()
  let customer: SpaceDraft.Customer
  /// For who has no personal identity code: the code that is sent.
  let code: InvitationCode?
  /// The person to be made, should the personal identity code be unknown.
  private let person: NewPerson?

  /// Checks that the customer can be invited at all, and only once.
  ///
  /// - Throws: `Refusal.invalid` that names the member of the request.
  init(
    _ customer: SpaceDraft.Customer, index: Int, among all: [SpaceDraft.Customer], language: Language, keys: KeyRing
  ) throws(Refusal) {
    try Refusal.check(customer.name, field: "/customers/\(index)/name")
    let earlier = all.prefix(index)
    if let hetu = customer.personalIdentityCode {
      guard !earlier.contains(where: { $0.personalIdentityCode == hetu }) else {
        throw .invalid(field: "/customers/\(index)/hetu", rule: "names each customer once")
      }
      let digest = Bytea(keys.blindIndex.digest(hetu.text, kind: .hetu))
      person = NewPerson(
        hetu: hetu, hetuDigest: digest, subject: nil, subjectDigest: nil, language: language, keys: keys)
      code = nil
    } else if customer.email != nil {
      person = nil
      code = .random()
    } else {
      throw .invalid(field: "/customers/\(index)", rule: "has a hetu or an email")
    }
    self.customer = customer
  }

  /// Finds or makes the person; nil for who comes with a code.
  var ensuringPerson: Query? { person.map(\.ensuring) }

  /// The order in which people are locked.
  var lockOrder: String { customer.personalIdentityCode?.text ?? "" }

  /// The participant's row.
  func insertion(
    space: ID<Space>, person: ID<Person>?, at now: Instant, lifetime: Duration, cipher: SpaceCipher, keys: KeyRing
  ) -> Query {
    let digest = code.map { Bytea(keys.blindIndex.digest($0.canonical, kind: .invitation)) }
    return """
      INSERT INTO ohjaustila.participant
        (space_id, id, role, person_id, name, email, added_at, invitation_index, invitation_expires_at)
      VALUES (\(space), \(participation), 'customer', \(person),
        \(cipher.seal(customer.name, .participantName(participation))),
        \(cipher.seal(customer.email?.text, .participantEmail(participation))), \(now), \(digest),
        \(code == nil ? nil : now + lifetime))
      """
  }

  /// The outbox row that carries the code to the customer; nil for who needs none and has no address.
  func notice(space: ID<Space>, at now: Instant, cipher: SpaceCipher) -> Query? {
    guard customer.email != nil else { return nil }
    let id = ID<PlannedNotice>.make()
    return """
      INSERT INTO ohjaustila.outbox (id, space_id, participant_id, kind, effective_at, payload, created_at)
      VALUES (\(id), \(space), \(participation), 'invitation', \(now),
        \(cipher.seal(code?.grouped, .invitation(id))), \(now))
      """
  }
}
