public import Crypto

/// Finds a row by something that must not be stored plain: HMAC-SHA256 with keys that are never in the database or its
/// backups, versioned so that they can be changed.
///
/// The caller brings a value into its one form first (a HETU keeps its separator: two people may differ in it alone).
public struct BlindIndex: Sendable {
  /// New digests carry this version.
  public let currentVersion: UInt16
  private let keys: [UInt16: SymmetricKey]

  /// Takes the keys by version, from 1; nil when there is none, or one is not of 256 bits. The highest is current.
  public init?(keys: [UInt16: SymmetricKey]) {
    guard let highest = keys.keys.max(), keys[0] == nil, keys.values.allSatisfy({ $0.bitCount == 256 }) else {
      return nil
    }
    self.keys = keys
    currentVersion = highest
  }

  /// The digest to store: version (2 bytes, big-endian) ‖ HMAC (32 bytes).
  public func digest(_ value: String, kind: BlindIndexKind) -> [UInt8] {
    digest(Array(value.utf8), kind: kind, version: currentVersion)
  }

  /// The digests a stored row may have, one a key, the current one first: for look-ups while a key is being changed.
  public func digests(_ value: String, kind: BlindIndexKind) -> [[UInt8]] {
    keys.keys.sorted(by: >).map { digest(Array(value.utf8), kind: kind, version: $0) }
  }

  private func digest(_ value: [UInt8], kind: BlindIndexKind, version: UInt16) -> [UInt8] {
    guard let key = keys[version] else { preconditionFailure("only versions of the ring are asked for") }
    var message = AssociatedData(purpose: "ohjaustila blind index", format: 1)
    message.append(kind.rawValue)
    message.append(value)
    let code = HMAC<SHA256>.authenticationCode(for: message.bytes, using: key)
    return [UInt8(version >> 8), UInt8(version & 0xFF)] + Array(code)
  }
}

extension BlindIndex: SecretHolding {
  /// `<blind index version>`, never a key.
  public var description: String { "<blind index \(currentVersion)>" }
}
