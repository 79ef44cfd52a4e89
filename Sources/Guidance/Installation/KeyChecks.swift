import Logging
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
  /// This master was destroyed, and is here again: whoever has it may have what it opened.
  case destroyed(id: String)

  /// One sentence for the log of a start that failed.
  public var description: String {
    switch self {
    case .missing("archive", let id):
      "archives are signed with the key \(id), which is not among this installation's keys; if it is lost for good, "
        + "ohjaustila archive-keys rotate --lost replaces it"
    case .missing("master", let id):
      "the database is sealed under the master key \(id), which is not among this installation's keys; if it was destroyed "
        + "after this database was backed up, and nothing is wrapped under it, ohjaustila keys destroy \(id) records that; "
        + "ohjaustila keys forfeit \(id) says what is lost if something is"
    case .missing(let kind, let id):
      "the database is sealed under the \(kind) key \(id), which is not among this installation's keys"
    case .other(let kind, let id):
      "this installation's \(kind) key \(id) is not the one that the database is sealed under"
    case .replaced(let id):
      "this installation's key for signing archives, \(id), was replaced: give this copy the keys that the others have"
    case .destroyed(let id):
      "the master key \(id) was destroyed and is among this installation's keys again: ohjaustila keys destroy \(id) "
        + "removes it from the key folder; find out where it came from"
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

  /// Compares the keys with those the database is sealed under, and uses the master that it calls current. The first start
  /// writes down which keys they are, and of two first starts at once the second finds what the first wrote.
  ///
  /// - Throws: `WrongKeys`.
  func checkKeys() async throws {
    let ring = keys.fingerprints
    let (current, lost) = (keys.currentMaster.text, keys.lostCurrent)
    let table = try await scheduler.write(preamble: [stating(nil)]) { transaction in
      for key in ring where key.kind == "index" {
        try transaction.enqueue(
          """
          INSERT INTO ohjaustila.key_fingerprint (kind, id, digest)
          VALUES (\(key.kind), \(key.id), \(Bytea(key.digest))) ON CONFLICT DO NOTHING
          """)
      }
      for key in ring where key.kind == "master" && key.id == current && lost == nil {
        for statement in Self.firstMaster(key) { try transaction.enqueue(statement) }
      }
      let rows = try transaction.pipeline([KnownKey.selection, MasterTable.selection])
      let table = try MasterTable(rows[1])
      // What does not fit must not be written down either.
      try Self.compare(ring, with: rows[0].map(KnownKey.init), table)
      // Where the database does not say which is current, what took the lost one's place does not say it either.
      if let lost, table.current == nil { throw WrongKeys.missing(kind: "master", id: lost.text) }
      return table
    }
    adopt(table)
    if let lost {
      logger.warning(
        "the file current in the key folder names a master that is not there; the database says which is current",
        metadata: ["named": "\(lost)", "current": "\(keys.currentMaster)"])
    }
  }

  /// The first master of a database that has none is current at once, and so is ours in one that does not say which is.
  private static func firstMaster(_ key: KeyFingerprint) -> [Query] {
    [
      """
      WITH first AS (
        INSERT INTO ohjaustila.master_key (id, stage, since)
        SELECT \(key.id), 'current', ohjaustila.instant_now()
        WHERE NOT EXISTS (SELECT FROM ohjaustila.key_fingerprint WHERE kind = 'master')
        ON CONFLICT DO NOTHING RETURNING id)
      INSERT INTO ohjaustila.key_fingerprint (kind, id, digest)
      SELECT 'master', id, \(Bytea(key.digest)) FROM first
      """,
      """
      UPDATE ohjaustila.master_key SET stage = 'current', since = ohjaustila.instant_now()
      WHERE id = \(key.id) AND NOT EXISTS (SELECT FROM ohjaustila.master_key WHERE stage = 'current')
      """,
    ]
  }

  /// A master that was announced is not missed yet. One that is being destroyed may be here or not.
  private static func compare(
    _ ring: [KeyFingerprint], with known: [KnownKey], _ table: MasterTable
  ) throws {
    for key in known {
      let own = ring.first { $0.kind == key.fingerprint.kind && $0.id == key.fingerprint.id }
      if key.isDestroyed, let back = ring.first(where: { $0.digest == key.fingerprint.digest }) ?? own {
        throw WrongKeys.destroyed(id: back.id)
      }
      if let own, own.digest != key.fingerprint.digest {
        throw WrongKeys.other(kind: own.kind, id: own.id)
      }
      if own == nil, try key.isNeeded(table) {
        throw WrongKeys.missing(kind: key.fingerprint.kind, id: key.fingerprint.id)
      }
    }
  }
}

/// A key that the database knows.
private struct KnownKey {
  let fingerprint: KeyFingerprint
  let isDestroyed: Bool

  static let selection: Query = """
    SELECT kind, id, digest, destroyed_at IS NOT NULL FROM ohjaustila.key_fingerprint ORDER BY kind, id
    """

  init(_ row: Row) throws {
    fingerprint = KeyFingerprint(
      kind: try row.get(0), id: try row.get(1), digest: try row.get(2, as: Bytea.self).bytes)
    isDestroyed = try row.get(3)
  }

  /// Whether nobody serves without it.
  func isNeeded(_ table: MasterTable) throws -> Bool {
    guard fingerprint.kind == "master" else { return true }
    return try table[MasterKeyID(stored: fingerprint.id)]?.isNeeded ?? false
  }
}
