import Crypto

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Seals and opens the content of one owner: format (1 byte) ‖ nonce (12) ‖ ciphertext ‖ tag (16), AES-256-GCM, bound to
/// key, owner and ``SealPlace``.
public struct Sealer: Sendable {
  /// The data key's name.
  public let keyID: DataKeyID
  /// Bytes that sealing adds.
  public static let overhead = 1 + AEAD.nonceLength + AEAD.tagLength
  /// Bytes of a file's chunk, but the last.
  public static let chunkSize = 256 * 1024

  private static let format: UInt8 = 1
  private let key: SymmetricKey
  /// The part of the associated data that is the same for every value.
  private let associated: AssociatedData

  /// Seals under `key` itself.
  public init(_ key: DataKey) {
    var associated = AssociatedData(purpose: "ohjaustila sealed value", format: Self.format)
    associated.append(key.id.uuid)
    associated.append(key.owner.scope)
    associated.append(key.owner.id)
    self.init(keyID: key.id, key: key.key, associated: associated)
  }

  private init(keyID: DataKeyID, key: SymmetricKey, associated: AssociatedData) {
    self.keyID = keyID
    self.key = key
    self.associated = associated
  }

  /// The sealer of one upload attempt: a key of its own (HKDF-SHA256, RFC 5869), so that chunks of two attempts never
  /// mix and no key seals too many values.
  public func forUpload(_ upload: UUID) -> Sealer {
    let info = Array("ohjaustila upload key 1".utf8) + UUIDBytes.bytes(upload)
    let derived = HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: info, outputByteCount: 32)
    return Sealer(keyID: keyID, key: derived, associated: associated)
  }

  /// HMAC-SHA256 of bytes under a key of its own, derived for this purpose: recognises content without giving any of it
  /// away, for as long as the owner's key lives.
  public func digest(_ bytes: [UInt8], purpose: String) -> [UInt8] {
    let info = Array("ohjaustila digest key 1 \(purpose)".utf8)
    let derived = HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: info, outputByteCount: 32)
    return Array(HMAC<SHA256>.authenticationCode(for: bytes, using: derived))
  }

  /// Seals bytes; they are only read during the call. The result is ``overhead`` longer.
  public func seal(_ plaintext: UnsafeRawBufferPointer, at place: SealPlace) -> [UInt8] {
    let box = AEAD.seal(plaintext, under: key, associated: binding(place))
    return [UInt8](unsafeUninitializedCapacity: 1 + box.count) { buffer, count in
      buffer[0] = Self.format
      count = 1 + box.copyBytes(to: UnsafeMutableBufferPointer(rebasing: buffer[1...]))
    }
  }

  /// Seals bytes.
  public func seal(_ plaintext: [UInt8], at place: SealPlace) -> [UInt8] {
    plaintext.withUnsafeBytes { seal($0, at: place) }
  }

  /// Seals text as UTF-8.
  public func seal(text: String, at place: SealPlace) -> [UInt8] { seal(Array(text.utf8), at: place) }

  /// Opens what ``seal(_:at:)`` made for the same place.
  public func open(_ sealed: UnsafeRawBufferPointer, at place: SealPlace) throws(OpenError) -> [UInt8] {
    Array(try opened(sealed, at: place))
  }

  /// Opens what ``seal(_:at:)`` made for the same place.
  public func open(_ sealed: [UInt8], at place: SealPlace) throws(OpenError) -> [UInt8] {
    let result = sealed.withUnsafeBytes { bytes in Result { () throws(OpenError) in try open(bytes, at: place) } }
    return try result.get()
  }

  /// Opens what ``seal(text:at:)`` made for the same place.
  public func openText(_ sealed: [UInt8], at place: SealPlace) throws(OpenError) -> String {
    guard let text = String(validating: try open(sealed, at: place), as: UTF8.self) else { throw .notText }
    return text
  }

  /// Opens what ``seal(_:at:)`` made for the same place, into memory of its own: the only copy, for chunks of files.
  public func openData(_ sealed: UnsafeRawBufferPointer, at place: SealPlace) throws(OpenError) -> Data {
    try opened(sealed, at: place)
  }

  private func opened(_ sealed: UnsafeRawBufferPointer, at place: SealPlace) throws(OpenError) -> Data {
    guard sealed.count >= Self.overhead else { throw .tooShort }
    guard sealed[0] == Self.format else { throw .unknownFormat(sealed[0]) }
    let box = UnsafeRawBufferPointer(rebasing: sealed[1...])
    guard let plain = AEAD.open(box, under: key, associated: binding(place)) else { throw .notAuthentic }
    return plain
  }

  private func binding(_ place: SealPlace) -> AssociatedData {
    var data = associated
    data.append(place.table)
    data.append(place.column)
    data.append(place.row)
    data.append(place.chunk)
    return data
  }
}

extension Sealer: SecretHolding {
  /// `<sealer id>`, never the key.
  public var description: String { "<sealer \(keyID)>" }
}
