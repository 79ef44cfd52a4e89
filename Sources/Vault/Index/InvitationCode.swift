/// A single-use code that a customer may have to type: 130 random bits and two characters that catch mistypings, in
/// Crockford's base 32 (no I, L, O, U), grouped by four. Only its ``BlindIndex`` digest is stored.
public struct InvitationCode: Sendable, Hashable {
  /// 28 characters without hyphens; what is digested.
  public let canonical: String

  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
  private static let randomLength = 26
  private static let checkLength = 2

  /// A new code.
  public static func random() -> InvitationCode {
    // 256 is a multiple of 32: five bits of each byte are evenly spread.
    let symbols = SecureRandom.bytes(randomLength).map { $0 & 31 }
    return InvitationCode(symbols: symbols + check(symbols))
  }

  /// Reads what a person typed: either case, spaces and hyphens anywhere, O for 0, I and L for 1.
  public init(parsing text: String) throws(InvitationCodeError) {
    var symbols: [UInt8] = []
    for byte in text.utf8 where byte != UInt8(ascii: " ") && byte != UInt8(ascii: "-") {
      guard let symbol = Self.symbol(byte) else { throw .unexpectedCharacter }
      symbols.append(symbol)
    }
    guard symbols.count == Self.randomLength + Self.checkLength else { throw .wrongLength }
    guard Self.check(Array(symbols.prefix(Self.randomLength))) == Array(symbols.suffix(Self.checkLength)) else {
      throw .mistyped
    }
    self.init(symbols: symbols)
  }

  /// For people: `XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX`.
  public var grouped: String {
    let characters = Array(canonical)
    return stride(from: 0, to: characters.count, by: 4).map { String(characters[$0..<($0 + 4)]) }
      .joined(separator: "-")
  }

  private init(symbols: [UInt8]) {
    canonical = String(decoding: symbols.map { Self.alphabet[Int($0)] }, as: UTF8.self)
  }

  /// Ten bits of the SHA-256 of the others.
  private static func check(_ symbols: [UInt8]) -> [UInt8] {
    RunningDigest.sha256(Array("ohjaustila invitation".utf8) + symbols).prefix(checkLength).map { $0 & 31 }
  }

  private static func symbol(_ byte: UInt8) -> UInt8? {
    let upper = (0x61...0x7A).contains(byte) ? byte - 0x20 : byte
    switch upper {
    case UInt8(ascii: "O"): return 0
    case UInt8(ascii: "I"), UInt8(ascii: "L"): return 1
    default: return alphabet.firstIndex(of: upper).map { UInt8($0) }
    }
  }
}

extension InvitationCode: SecretHolding {
  /// `<invitation code>`: whoever reads a log must not get in.
  public var description: String { "<invitation code>" }
}
