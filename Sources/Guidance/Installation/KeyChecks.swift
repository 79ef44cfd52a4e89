public import Postgres
import Vault

/// Why the service does not start with these keys.
public enum WrongKeys: Error, CustomStringConvertible, Equatable {
  /// The database is sealed under a key that is not here.
  case missing(kind: String, id: String)
  /// There is a key of that name, and it is another.
  case other(kind: String, id: String)
  /// The key that archives are to be signed with was replaced by another.
  case replaced(archiveKey: String)

  /// One sentence for the log of a start that failed.
  public var description: String {
    switch self {
    case .missing("archive", let id):
      "archives are signed with the key \(id), which is not among this installation's keys; if it is lost for good, "
        + "ohjaustila archive-keys rotate --lost replaces it"
    case .missing(let kind, let id):
      "the database is sealed under the \(kind) key \(id), which is not among this installation's keys"
    case .other(let kind, let id):
      "this installation's \(kind) key \(id) is not the one that the database is sealed under"
    case .replaced(let id):
      "this installation's key for signing archives, \(id), was replaced: give this copy the keys that the others have"
    }
  }
}

extension GuidanceStore {
  /// Whether the database is sealed under keys already, so that none may be made anew.
  public static func hasKeys(_ database: Database) async throws -> Bool {
    try await database.readOnce(["SELECT EXISTS (SELECT FROM ohjaustila.key_fingerprint)"]) {
      try $0[0].exactlyOne().get(0)
    }
  }

  /// Compares the keys with those the database is sealed under; the first start writes down which they are, and of two
  /// first starts at once the second finds what the first wrote.
  ///
  /// - Throws: `WrongKeys`.
  func checkKeys() async throws {
    let ring = keys.fingerprints
    try await service.write { transaction in
      for key in ring {
        try transaction.enqueue(
          """
          INSERT INTO ohjaustila.key_fingerprint (kind, id, digest)
          VALUES (\(key.kind), \(key.id), \(Bytea(key.digest))) ON CONFLICT DO NOTHING
          """)
      }
      let known = try transaction.all("SELECT kind, id, digest FROM ohjaustila.key_fingerprint ORDER BY kind, id") {
        KeyFingerprint(kind: try $0.get(0), id: try $0.get(1), digest: try $0.get(2, as: Bytea.self).bytes)
      }
      // What does not fit must not be written down either.
      try Self.compare(ring, with: known)
    }
  }

  private static func compare(_ ring: [KeyFingerprint], with known: [KeyFingerprint]) throws(WrongKeys) {
    for key in known {
      guard let own = ring.first(where: { $0.kind == key.kind && $0.id == key.id }) else {
        throw .missing(kind: key.kind, id: key.id)
      }
      guard own.digest == key.digest else { throw .other(kind: key.kind, id: key.id) }
    }
  }
}
