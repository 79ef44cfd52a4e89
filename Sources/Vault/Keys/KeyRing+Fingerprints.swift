/// What tells one key from another without giving anything of it away: for comparing a ring with a database.
public struct KeyFingerprint: Sendable, Hashable {
  /// `master` or `index`.
  public let kind: String
  /// The master's id, or the index key's version.
  public let id: String
  /// HMAC-SHA256 of a fixed text under the key; 32 bytes for a master, two more for an index key.
  public let digest: [UInt8]

  /// A fingerprint as it was stored.
  public init(kind: String, id: String, digest: [UInt8]) {
    self.kind = kind
    self.id = id
    self.digest = digest
  }
}

extension KeyRing {
  // Stands in databases: never change it.
  private static let text = "ohjaustila key fingerprint 1"

  /// One for every key of the ring.
  public var fingerprints: [KeyFingerprint] {
    masterFingerprints(Array(Self.text.utf8)) + indexFingerprints
  }

  private var indexFingerprints: [KeyFingerprint] {
    blindIndex.digests(Self.text, kind: .request).map { digest in
      let version = Int(digest[0]) << 8 | Int(digest[1])
      return KeyFingerprint(kind: "index", id: String(version), digest: digest)
    }
  }
}
