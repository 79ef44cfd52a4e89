import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D §8.2.2: at most 2³² values a key; a space has far fewer).
enum AEAD {
  static let nonceLength = 12
  static let tagLength = 16

  /// Nonce ‖ ciphertext ‖ tag.
  static func seal(
    _ plaintext: UnsafeRawBufferPointer, under key: SymmetricKey, associated: AssociatedData
  ) -> Data {
    do {
      let box = try AES.GCM.seal(plaintext, using: key, authenticating: associated.bytes)
      guard let combined = box.combined else { preconditionFailure("nonces are 96 bits long") }
      return combined
    } catch {
      // Only for a key of a wrong length or more than 64 GiB of plaintext, neither of which gets here.
      preconditionFailure("sealing failed: \(error)")
    }
  }

  /// The plaintext; nil when `box` was not made by ``seal`` with the same key and associated data.
  static func open(
    _ box: UnsafeRawBufferPointer, under key: SymmetricKey, associated: AssociatedData
  ) -> Data? {
    guard box.count >= nonceLength + tagLength, let base = box.baseAddress else { return nil }
    // Borrowed for the length of this call: SealedBox slices it without copying.
    let borrowed = Data(bytesNoCopy: UnsafeMutableRawPointer(mutating: base), count: box.count, deallocator: .none)
    guard let sealed = try? AES.GCM.SealedBox(combined: borrowed) else { return nil }
    return try? AES.GCM.open(sealed, using: key, authenticating: associated.bytes)
  }
}
