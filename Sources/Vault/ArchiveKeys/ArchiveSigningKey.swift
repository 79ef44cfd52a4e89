import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An Ed25519 key that signs archives' manifests, and erasure certificates as JWS: neither can be taken for the other, for a
/// manifest begins with a brace and what a JWS signs never does.
public struct ArchiveSigningKey: Sendable {
  /// The half that everybody may have.
  public let publicKey: ArchivePublicKey
  private let key: Curve25519.Signing.PrivateKey

  /// The key of a seed (RFC 8032 §5.1.5): any 256 bits are one. Nil for another length.
  init?(seed: SymmetricKey) {
    let bytes = seed.withUnsafeBytes { Data($0) }
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes),
      let publicKey = ArchivePublicKey(bytes: Array(key.publicKey.rawRepresentation))
    else { return nil }
    self.key = key
    self.publicKey = publicKey
  }

  /// Its name.
  public var id: ArchiveKeyID { publicKey.id }

  /// The 64 bytes of the signature. Two calls may give different ones, all of them good: keep the first.
  public func sign(_ message: [UInt8]) -> [UInt8] {
    do {
      return Array(try key.signature(for: message))
    } catch {
      preconditionFailure("signing failed: \(error)")
    }
  }
}

extension ArchiveSigningKey: SecretHolding {
  /// `<archive key id>`, never the key.
  public var description: String { "<archive key \(id)>" }
}
