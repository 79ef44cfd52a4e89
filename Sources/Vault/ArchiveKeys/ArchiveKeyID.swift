import Crypto

/// Names a key that archives are signed with: the first eight bytes of SHA-256 of its public half, as sixteen hexadecimal
/// digits. So a name says which key it must be, and no two installations give one name to two keys.
public struct ArchiveKeyID: Sendable, Hashable, CustomStringConvertible {
  /// 16 of `0`–`9`, `a`–`f`.
  public let text: String

  /// Reads an id; nil when it is not sixteen lower-case hexadecimal digits.
  public init?(_ text: String) {
    let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    guard text.utf8.count == 16, isPlain else { return nil }
    self.text = text
  }

  init(of publicKey: [UInt8]) { text = Hexadecimal.encode(SHA256.hash(data: publicKey).prefix(8)) }

  /// The id.
  public var description: String { text }
}
