public import Crypto

/// A 256-bit key that wraps data keys and nothing else.
public struct MasterKey: Sendable {
  /// Its name.
  public let id: MasterKeyID
  let key: SymmetricKey

  /// Takes a key of exactly 256 bits; nil for any other length.
  public init?(id: MasterKeyID, key: SymmetricKey) {
    guard key.bitCount == 256 else { return nil }
    self.id = id
    self.key = key
  }

  /// A new random key with a new random id.
  public static func random() -> MasterKey {
    MasterKey(id: .random(), fresh: SymmetricKey(size: .bits256))
  }

  /// `id:base64`, an item of ``KeyRing/mastersVariable``. This is the key: for a secret store and no other place.
  public var secretText: String { "\(id):\(KeyText.encode(key))" }

  private init(id: MasterKeyID, fresh key: SymmetricKey) {
    self.id = id
    self.key = key
  }
}

extension MasterKey: SecretHolding {
  /// `<master key id>`, never the key.
  public var description: String { "<master key \(id)>" }
}
