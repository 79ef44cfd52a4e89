import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An Ed25519 key (RFC 8032) that signs erasure certificates.
///
/// It is derived from a key of the blind index: every copy of the service has the same one, and there is nothing more to
/// keep or back up. What it signed can be checked as long as somebody has its public key.
public struct CertificateKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey

  // Stands behind what was signed: never change it.
  private static let purpose = "ohjaustila erasure certificate 1"

  /// - Throws: what the library says; every 32 bytes are a key.
  init(derivedFrom index: SymmetricKey) throws {
    let seed = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: index, info: Data(Self.purpose.utf8), outputByteCount: 32)
    key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed.withUnsafeBytes { Data($0) })
  }

  /// The public key's 32 bytes.
  public var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

  /// What the key goes by: the first half of its public part's SHA-256, in hexadecimal.
  public var id: String { Hexadecimal.encode(RunningDigest.sha256(publicKey).prefix(16)) }

  /// The 64 bytes of a signature.
  public func sign(_ bytes: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: Data(bytes))) }
}

extension KeyRing {
  /// The keys whose signatures are good, the one that signs now first.
  public func certificateKeys() throws -> [CertificateKey] { try blindIndex.certificateKeys() }
}

extension CertificateKey: SecretHolding {
  /// `<certificate key id>`, never the key.
  public var description: String { "<certificate key \(id)>" }
}
