import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The installation's keys: the masters that open data keys, one of which is current and wraps new ones, and the keys of
/// the blind index. They are never in the database or its backups.
public struct KeyRing: Sendable {
  /// Wraps every new key.
  public let currentMaster: MasterKeyID
  /// For look-ups of what must not be stored plain.
  public let blindIndex: BlindIndex
  private let masters: [MasterKeyID: MasterKey]

  /// Puts a ring together; nil when `current` is not among the masters or two have one id.
  public init?(masters: [MasterKey], current: MasterKeyID, blindIndex: BlindIndex) {
    var byID: [MasterKeyID: MasterKey] = [:]
    for master in masters {
      guard byID.updateValue(master, forKey: master.id) == nil else { return nil }
    }
    guard byID[current] != nil else { return nil }
    self.masters = byID
    self.blindIndex = blindIndex
    currentMaster = current
  }

  /// All masters' ids, sorted.
  public var masterIDs: [MasterKeyID] { masters.keys.sorted { $0.text < $1.text } }

  /// The fingerprints of the masters: HMACs of a fixed text.
  func masterFingerprints(_ text: [UInt8]) -> [KeyFingerprint] {
    masterIDs.compactMap { id in
      masters[id].map { master in
        let digest = HMAC<SHA256>.authenticationCode(for: text, using: master.key)
        return KeyFingerprint(kind: "master", id: id.text, digest: Array(digest))
      }
    }
  }

  /// Seals `key` under the current master.
  public func wrap(_ key: DataKey) -> WrappedKey {
    guard let master = masters[currentMaster] else { preconditionFailure("init made sure of it") }
    let associated = WrappedKey.associatedData(owner: key.owner, keyID: key.id, masterID: master.id)
    let box = key.key.withUnsafeBytes { AEAD.seal($0, under: master.key, associated: associated) }
    return WrappedKey(keyID: key.id, masterID: master.id, box: box)
  }

  /// Opens a wrapped key as that of `owner`; of another owner it does not open.
  public func unwrap(_ wrapped: WrappedKey, of owner: KeyOwner) throws(UnwrapError) -> DataKey {
    guard let master = masters[wrapped.masterID] else { throw .unknownMaster(wrapped.masterID) }
    let associated = WrappedKey.associatedData(owner: owner, keyID: wrapped.keyID, masterID: wrapped.masterID)
    let opened = wrapped.box.withUnsafeBytes { AEAD.open($0, under: master.key, associated: associated) }
    guard var plain = opened else { throw .notAuthentic }
    defer { plain.resetBytes(in: 0..<plain.count) }
    return DataKey(id: wrapped.keyID, owner: owner, key: SymmetricKey(data: plain))
  }

  /// The same data key under the current master, for rotation; nil when it already is.
  public func rewrap(_ wrapped: WrappedKey, of owner: KeyOwner) throws(UnwrapError) -> WrappedKey? {
    if wrapped.masterID == currentMaster { return nil }
    return wrap(try unwrap(wrapped, of: owner))
  }
}

extension KeyRing: SecretHolding {
  /// The masters' ids, the current one first; never a key.
  public var description: String {
    let others = masterIDs.filter { $0 != currentMaster }.map(\.text)
    return "<key ring " + ([currentMaster.text] + others).joined(separator: " ") + ">"
  }
}
