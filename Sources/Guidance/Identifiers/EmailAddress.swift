/// An e-mail address as far as it can be judged without sending to it.
///
/// One `@`, a local part of 1–64 and a domain of 1–253 octets with a dot, no control characters, spaces or angle
/// brackets: what would let an address smuggle a header or a second recipient is refused, the rest is the mail server's
/// to judge. Never printed: `description` hides it.
public struct EmailAddress: Hashable, Sendable {
  /// The address as given.
  public let text: String

  /// Nil when the text can't be an address.
  public init?(_ text: String) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...64).contains(parts[0].utf8.count), (1...253).contains(parts[1].utf8.count),
      parts[1].contains("."), !parts[1].hasPrefix("."), !parts[1].hasSuffix("."), !parts[1].contains("..")
    else { return nil }
    let forbidden = text.unicodeScalars.contains { scalar in
      scalar.value <= 0x20 || scalar.value == 0x7F || "<>()[],;:\\\"".unicodeScalars.contains(scalar)
        || scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
        || scalar.properties.isWhitespace
    }
    guard !forbidden else { return nil }
    self.text = text
  }
}

extension EmailAddress: CustomStringConvertible, CustomDebugStringConvertible {
  /// Hides the address: it must not reach a log.
  public var description: String { "e-mail(…)" }
  /// Hides the address as well.
  public var debugDescription: String { description }
}
