public import Lifecycle
public import Postgres
public import Vault

/// A key that archives are or were signed with, as everybody may know it.
public struct PublishedArchiveKey: Sendable {
  /// The half that verifies.
  public let key: ArchivePublicKey
  /// When it began to sign.
  public let validFrom: Instant
  /// No content of a later instant is signed with it; nil while it signs.
  public let validUntil: Instant?

  /// The key's name.
  public var id: String { key.id.text }
  /// The 32 bytes of RFC 8032.
  public var bytes: [UInt8] { key.bytes }
  /// As openssl reads it.
  public var pem: String { key.pem }
}

extension GuidanceStore {
  /// How long copies that have not been restarted may go on with a key that was replaced.
  static let archiveKeyOverlap = Duration.seconds(86_400)

  /// Whether archives have been signed with some key, so that none may be made anew.
  public static func hasArchiveKeys(_ database: Database) async throws -> Bool {
    try await database.readOnce(["SELECT EXISTS (SELECT FROM ohjaustila.archive_key)"]) {
      try $0[0].exactlyOne().get(0)
    }
  }

  /// Every key that archives were ever signed with, the newest first: an archive is verified with the one it names.
  public func publishedArchiveKeys() async throws -> [PublishedArchiveKey] {
    try await service.readOnce([PublishedArchiveKey.selection]) { try $0[0].map(PublishedArchiveKey.init) }
  }

  /// Compares this copy's keys with those that signed before. A new current key is written down, and the one that it
  /// replaces ends a day later.
  ///
  /// - Throws: `WrongKeys`.
  func checkArchiveKeys(replacingLost: Bool) async throws {
    let keys = archiveKeys
    try await service.write(preamble: [stating(nil)]) { transaction in
      let rows = try transaction.pipeline([
        "SELECT pg_advisory_xact_lock(hashtext('ohjaustila archive keys'))", PublishedArchiveKey.selection,
        "SELECT ohjaustila.instant_now()",
      ])
      let known = try rows[1].map(PublishedArchiveKey.init)
      let now: Instant = try rows[2].exactlyOne().get(0)
      let current = keys.current.id
      let lost = known.first { $0.validUntil == nil && !keys.ids.contains($0.key.id) }
      if let lost, !replacingLost { throw WrongKeys.missing(kind: "archive", id: lost.key.id.text) }
      if let own = known.first(where: { $0.key.id == current }) {
        guard own.validUntil == nil else { throw WrongKeys.replaced(archiveKey: current.text) }
        return
      }
      let end = lost == nil ? now + Self.archiveKeyOverlap : now
      try transaction.enqueue(
        "UPDATE ohjaustila.archive_key SET valid_until = greatest(valid_from, \(end)) WHERE valid_until IS NULL")
      try transaction.enqueue(
        """
        INSERT INTO ohjaustila.archive_key (id, public_key, valid_from)
        VALUES (\(current.text), \(Bytea(keys.current.publicKey.bytes)), \(now))
        """)
    }
  }
}

extension PublishedArchiveKey {
  fileprivate static let selection: Query = """
    SELECT public_key, valid_from, valid_until FROM ohjaustila.archive_key ORDER BY valid_from DESC, id
    """

  fileprivate init(_ row: Row) throws {
    guard let key = ArchivePublicKey(bytes: try row.get(0, as: Bytea.self).bytes) else {
      throw DamagedContent(what: "a public key")
    }
    self.init(key: key, validFrom: try row.get(1), validUntil: try row.get(2))
  }
}
