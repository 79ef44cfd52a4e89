#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A data key under a master key, as stored:
/// format (1 byte) ‖ data key id (16) ‖ length of master id (1) ‖ master id ‖ nonce (12) ‖ sealed key (32) ‖ tag (16).
public struct WrappedKey: Sendable, Hashable {
  /// As stored; 79–110 bytes.
  public let bytes: [UInt8]
  /// The data key's name.
  public let keyID: DataKeyID
  /// The master that opens it.
  public let masterID: MasterKeyID

  static let format: UInt8 = 1
  private static let boxLength = 12 + 32 + 16

  /// Reads stored bytes; ``UnwrapError/malformed`` when they are not a wrapped key.
  public init(bytes: [UInt8]) throws(UnwrapError) {
    guard bytes.count > 18, bytes[0] == Self.format else { throw .malformed }
    let idLength = Int(bytes[17])
    guard bytes.count == 18 + idLength + Self.boxLength,
      let keyID = UUIDBytes.uuid(bytes[1..<17]),
      let masterID = MasterKeyID(String(decoding: bytes[18..<(18 + idLength)], as: UTF8.self))
    else { throw .malformed }
    self.bytes = bytes
    self.keyID = DataKeyID(keyID)
    self.masterID = masterID
  }

  init(keyID: DataKeyID, masterID: MasterKeyID, box: some Sequence<UInt8>) {
    bytes =
      [Self.format] + UUIDBytes.bytes(keyID.uuid) + [UInt8(masterID.text.utf8.count)] + Array(masterID.text.utf8)
      + Array(box)
    self.keyID = keyID
    self.masterID = masterID
  }

  /// Nonce ‖ sealed key ‖ tag.
  var box: ArraySlice<UInt8> { bytes.suffix(Self.boxLength) }

  static func associatedData(owner: KeyOwner, keyID: DataKeyID, masterID: MasterKeyID) -> AssociatedData {
    var data = AssociatedData(purpose: "ohjaustila wrapped key", format: format)
    data.append(owner.scope)
    data.append(owner.id)
    data.append(keyID.uuid)
    data.append(masterID.text)
    return data
  }
}
