import Postgres
import Vault

/// Seals and opens what is kept of a customer, under the customer's own key.
struct PersonCipher: Sendable {
  /// The columns of `person` that hold sealed values. The names are part of what is sealed: never change one.
  enum Field: String {
    case hetu
    case subject
    case name
    case email
  }

  private let sealer: Sealer
  private let person: ID<Person>

  init(_ key: DataKey, person: ID<Person>) {
    sealer = Sealer(key)
    self.person = person
  }

  func seal(_ text: String?, _ field: Field) -> Bytea? {
    text.map { Bytea(sealer.seal(text: $0, at: place(field))) }
  }

  func open(_ sealed: Bytea?, _ field: Field) throws -> String? {
    try sealed.map { try sealer.openText($0.bytes, at: place(field)) }
  }

  private func place(_ field: Field) -> SealPlace {
    SealPlace(table: "person", column: field.rawValue, row: person.uuid)
  }
}
