public import Foundation
public import Lifecycle
public import Vault

/// The public keys of an installation as it publishes them, under `/.well-known/ohjaustila-archive-keys.json`.
public struct ArchiveKeyList: Sendable {
  /// A key and until when it may have signed.
  public struct Key: Sendable {
    /// The key.
    public let publicKey: ArchivePublicKey
    /// Nil while it signs.
    public let notAfter: Instant?
  }

  /// Why a text is no such list.
  public struct Malformed: Error, CustomStringConvertible {
    /// One sentence.
    public let description: String
  }

  private let keys: [String: Key]

  /// No keys: then no signature can be verified.
  public static let none = ArchiveKeyList(keys: [:])

  /// Whether there is no key at all.
  public var isEmpty: Bool { keys.isEmpty }

  /// The key of this id.
  public subscript(id: String) -> Key? { keys[id] }

  private init(keys: [String: Key]) { self.keys = keys }

  /// Reads what the service published: a JSON Web Key Set (RFC 7517) of Ed25519 keys (RFC 8037). Members that are not
  /// known are passed over, and so are keys of other kinds.
  ///
  /// - Throws: `Malformed`.
  public init(json: Data) throws {
    let set: KeySet
    do { set = try JSONDecoder().decode(KeySet.self, from: json) } catch {
      throw Malformed(description: "not a list of keys as the service publishes it")
    }
    var keys: [String: Key] = [:]
    for item in set.keys where item.kty == "OKP" && item.crv == "Ed25519" {
      guard let bytes = Self.decode(item.x), let publicKey = ArchivePublicKey(bytes: bytes),
        publicKey.id.text == item.kid
      else { throw Malformed(description: "the key \(item.kid) is not the one that its name says") }
      let notAfter: Instant?
      do { notAfter = try item.notAfter.map { try Instant(rfc3339: $0) } } catch {
        throw Malformed(description: "the key \(item.kid) has no valid notAfter")
      }
      keys[item.kid] = Key(publicKey: publicKey, notAfter: notAfter)
    }
    self.keys = keys
  }

  private struct KeySet: Decodable {
    let keys: [Item]
  }

  private struct Item: Decodable {
    let kid: String
    let kty: String
    let crv: String?
    let x: String
    let notAfter: String?
  }

  /// base64url without padding (RFC 4648 §5).
  private static func decode(_ text: String) -> [UInt8]? {
    let plain = text.replacing("-", with: "+").replacing("_", with: "/")
    return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4)).map { Array($0) }
  }
}
