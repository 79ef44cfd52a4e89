import Postgres
import Vault

/// A customer as they are made, should nobody be known by the same keyed hashes.
struct NewPerson: Sendable {
  /// Finds the person or makes them, and locks them.
  let ensuring: Query

  init(
    hetu: PersonalIdentityCode?, hetuDigest: Bytea?, subject: String?, subjectDigest: Bytea?, name: String? = nil,
    email: String? = nil, language: Language, nonDisclosure: Bool = false, keys: KeyRing
  ) {
    let id = ID<Person>.make()
    let key = DataKey.random(for: .person(id.uuid))
    let wrapped = keys.wrap(key)
    let cipher = PersonCipher(key, person: id)
    ensuring = """
      SELECT ohjaustila.ensure_person(\(id), \(wrapped.masterID.text), \(Bytea(wrapped.bytes)),
        \(hetuDigest), \(cipher.seal(hetu?.text, .hetu)), \(subjectDigest), \(cipher.seal(subject, .subject)),
        \(cipher.seal(name, .name)), \(cipher.seal(email, .email)), \(language), \(nonDisclosure))
      """
  }
}
