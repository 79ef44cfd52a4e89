import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The 256-bit key of one space or person. It lives in memory while it is used and in the database only wrapped: without
/// the wrapped key and its master, all that it sealed is noise.
public struct DataKey: Sendable {
  /// Its name.
  public let id: DataKeyID
  /// Whose content it seals.
  public let owner: KeyOwner
  let key: SymmetricKey

  /// A new random key.
  public static func random(for owner: KeyOwner) -> DataKey {
    DataKey(id: DataKeyID(UUID()), owner: owner, key: SymmetricKey(size: .bits256))
  }

  init(id: DataKeyID, owner: KeyOwner, key: SymmetricKey) {
    self.id = id
    self.owner = owner
    self.key = key
  }
}

extension DataKey: SecretHolding {
  /// `<data key id>`, never the key.
  public var description: String { "<data key \(id)>" }
}
