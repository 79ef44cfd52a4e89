import Crypto

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A 256-bit key as base64 (RFC 4648 §4, with padding).
enum KeyText {
  static func decode(_ text: String) -> SymmetricKey? {
    guard var data = Data(base64Encoded: text), data.count == 32 else { return nil }
    defer { data.resetBytes(in: 0..<data.count) }
    return SymmetricKey(data: data)
  }

  static func encode(_ key: SymmetricKey) -> String {
    key.withUnsafeBytes { Data($0).base64EncodedString() }
  }
}
