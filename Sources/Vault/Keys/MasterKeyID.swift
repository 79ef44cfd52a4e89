/// Names a master key in files, rows and logs; says nothing about the key itself.
public struct MasterKeyID: Sendable, Hashable, CustomStringConvertible {
  /// 1–32 of `a`–`z`, `0`–`9`.
  public let text: String

  /// Reads an id; nil when it is not 1–32 lower-case letters and digits of ASCII.
  public init?(_ text: String) {
    let isPlain = text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    guard (1...32).contains(text.utf8.count), isPlain else { return nil }
    self.text = text
  }

  /// Random, because an id that told the date would tell when the key changed.
  static func random() -> MasterKeyID { MasterKeyID(unchecked: Hexadecimal.encode(SecureRandom.bytes(8))) }

  private init(unchecked text: String) { self.text = text }

  /// The id.
  public var description: String { text }
}
