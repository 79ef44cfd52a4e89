/// An address and the name shown beside it, both safe to stand in a header and in an SMTP command.
///
/// The address is ASCII: SMTPUTF8 (RFC 6531) isn't used, because a mail to a single server without it would bounce. A
/// domain with other letters is given in its `xn--` form. Quoted local parts and address literals are refused: nobody
/// is reached by them, and injection is.
public struct MailAddress: Hashable, Sendable {
  /// The most bytes of an address (RFC 5321 §4.5.3.1.3, without the angle brackets).
  public static let longestAddress = 254
  /// The most bytes of the part before the @ (RFC 5321 §4.5.3.1.1).
  public static let longestLocalPart = 64
  /// The most characters of a display name.
  public static let longestDisplayName = 200

  /// `local-part@domain`.
  public let address: String
  /// Any letters, no control characters; nil or non-empty.
  public let displayName: String?

  /// An address with the name shown beside it; an empty name is none.
  public init(address: String, displayName: String? = nil) throws(MailAddressError) {
    guard address.utf8.allSatisfy({ $0 < 0x80 }) else { throw .notASCII }
    guard address.utf8.count <= Self.longestAddress else { throw .tooLong }
    let parts = address.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, Syntax.isDotAtom(parts[0]), Syntax.isDomain(parts[1]) else { throw .malformed }
    guard parts[0].utf8.count <= Self.longestLocalPart else { throw .tooLong }
    if let displayName {
      guard displayName.count <= Self.longestDisplayName else { throw .tooLong }
      guard !Syntax.hasControls(displayName) else { throw .controlCharacter }
    }
    self.address = address
    self.displayName = displayName.flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension MailAddress: CustomStringConvertible, CustomReflectable {
  /// Says nothing of the person: an address written to a log by mistake stays unknown.
  public var description: String { "mail address" }

  /// Empty, for the same reason.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why an address isn't taken. Never holds the address.
public enum MailAddressError: Error, Hashable, Sendable {
  /// Longer than an address, its local part, or a display name may be.
  case tooLong
  /// Letters outside ASCII in the address itself; a domain has an `xn--` form, a local part has none.
  case notASCII
  /// Not `local-part@domain` with a dot-atom before the @ and a host name after it.
  case malformed
  /// A line end, NUL or other control character in the display name.
  case controlCharacter
}

/// The few rules of RFC 5321 and 5322 on which safety rests.
enum Syntax {
  /// Words of atom characters with single dots between them (RFC 5322 §3.2.3).
  static func isDotAtom(_ text: some StringProtocol) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { word in
      !word.isEmpty && word.utf8.allSatisfy(isAtomByte)
    }
  }

  /// Labels of letters, digits and inner hyphens, at most 63 bytes each and 253 in all (RFC 1123 §2.1).
  static func isDomain(_ text: some StringProtocol) -> Bool {
    text.utf8.count <= 253
      && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
        !label.isEmpty && label.utf8.count <= 63 && label.first != "-" && label.last != "-"
          && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
      }
  }

  /// Whether any scalar is of Unicode's control, line or paragraph separator categories.
  static func hasControls(_ text: String) -> Bool {
    text.unicodeScalars.contains { scalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: true
      default: false
      }
    }
  }

  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  static func isAtomByte(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
  }
}
