import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Masters by their names, one of which is current: the values behind a ``KeyRing``.
struct MasterKeys: Sendable {
  private(set) var current: MasterKeyID
  private var byID: [MasterKeyID: MasterKey]

  /// Nil when `current` is not among them or two have one id.
  init?(_ masters: [MasterKey], current: MasterKeyID) {
    var byID: [MasterKeyID: MasterKey] = [:]
    for master in masters {
      guard byID.updateValue(master, forKey: master.id) == nil else { return nil }
    }
    guard byID[current] != nil else { return nil }
    self.byID = byID
    self.current = current
  }

  /// Sorted.
  var ids: [MasterKeyID] { byID.keys.sorted { $0.text < $1.text } }

  func has(_ id: MasterKeyID) -> Bool { byID[id] != nil }

  /// Makes one of them current; false when it is not here.
  mutating func use(_ id: MasterKeyID) -> Bool {
    guard has(id) else { return false }
    current = id
    return true
  }

  /// Takes those that are new, and the others' places stay as they are.
  mutating func learn(_ masters: [MasterKey]) {
    for master in masters where !has(master.id) { byID[master.id] = master }
  }

  /// Lets go of all but these and the current one.
  mutating func keep(_ ids: Set<MasterKeyID>) {
    byID = byID.filter { $0.key == current || ids.contains($0.key) }
  }

  /// HMACs of a fixed text, sorted by id.
  func fingerprints(_ text: [UInt8]) -> [KeyFingerprint] {
    ids.compactMap { id in
      byID[id].map { master in
        let digest = HMAC<SHA256>.authenticationCode(for: text, using: master.key)
        return KeyFingerprint(kind: "master", id: id.text, digest: Array(digest))
      }
    }
  }

  func wrap(_ key: DataKey) -> WrappedKey {
    guard let master = byID[current] else { preconditionFailure("init and keep make sure of it") }
    let associated = WrappedKey.associatedData(owner: key.owner, keyID: key.id, masterID: master.id)
    let box = key.key.withUnsafeBytes { AEAD.seal($0, under: master.key, associated: associated) }
    return WrappedKey(keyID: key.id, masterID: master.id, box: box)
  }

  func unwrap(_ wrapped: WrappedKey, of owner: KeyOwner) throws(UnwrapError) -> DataKey {
    guard let master = byID[wrapped.masterID] else { throw .unknownMaster(wrapped.masterID) }
    let associated = WrappedKey.associatedData(owner: owner, keyID: wrapped.keyID, masterID: wrapped.masterID)
    let opened = wrapped.box.withUnsafeBytes { AEAD.open($0, under: master.key, associated: associated) }
    guard var plain = opened else { throw .notAuthentic }
    defer { plain.resetBytes(in: 0..<plain.count) }
    return DataKey(id: wrapped.keyID, owner: owner, key: SymmetricKey(data: plain))
  }
}
