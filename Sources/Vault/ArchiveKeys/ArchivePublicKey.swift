import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The half of a signing key that everybody may have: says whether an archive's signature is the service's.
public struct ArchivePublicKey: Sendable, Hashable {
  /// Its name, which follows from it.
  public let id: ArchiveKeyID
  /// The 32 bytes of RFC 8032.
  public let bytes: [UInt8]

  /// Takes a key as stored or published; nil unless it is 32 bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
    id = ArchiveKeyID(of: bytes)
  }

  /// A PEM file (RFC 7468) of the key's SubjectPublicKeyInfo (RFC 8410 §4), as openssl reads it.
  public var pem: String {
    "-----BEGIN PUBLIC KEY-----\n\(Data(Self.spkiPrefix + bytes).base64EncodedString())\n-----END PUBLIC KEY-----\n"
  }

  /// Whether `signature` is the 64 bytes of Ed25519 (RFC 8032 §5.1.6) over exactly `message`, made with this key.
  public func isValid(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return false }
    return key.isValidSignature(signature, for: message)
  }

  /// SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING of 32 bytes }.
  private static let spkiPrefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
}
