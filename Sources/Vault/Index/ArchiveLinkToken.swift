/// What opens a link to an archive: 256 random bits, told once and never stored; only its ``BlindIndex`` digest is.
public struct ArchiveLinkToken: Sendable, Hashable {
  /// 64 hexadecimal digits in lower case: what stands in the address, and what is digested.
  public let text: String

  private static let byteCount = 32

  /// A new token.
  public static func random() -> ArchiveLinkToken {
    ArchiveLinkToken(Hexadecimal.encode(SecureRandom.bytes(byteCount)))
  }

  /// Reads the text of an address; nil when it is no token's.
  public init?(parsing text: String) {
    let isDigits = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    guard text.utf8.count == 2 * Self.byteCount, isDigits else { return nil }
    self.init(text)
  }

  private init(_ text: String) { self.text = text }
}

extension ArchiveLinkToken: SecretHolding {
  /// `<archive link token>`: whoever reads a log must not get in.
  public var description: String { "<archive link token>" }
}
