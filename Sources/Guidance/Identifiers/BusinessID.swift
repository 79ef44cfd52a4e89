/// A Finnish business ID (Y-tunnus): seven digits, a hyphen and a check digit.
///
/// It does not identify an organisation: 2296962-1 stands in the notices of two different ones.
public struct BusinessID: Hashable, Sendable, CustomStringConvertible {
  /// The nine characters.
  public let description: String

  private static let weights = [7, 9, 10, 5, 8, 4, 2]

  /// Reads `1234567-8`; nil when the shape or the check digit is wrong.
  public init?(_ text: String) {
    let characters = Array(text.utf8)
    guard characters.count == 9, characters[7] == UInt8(ascii: "-") else { return nil }
    let digits = (characters[0..<7] + characters[8...]).map { Int($0) - 48 }
    guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
    let remainder = zip(digits, Self.weights).reduce(0) { $0 + $1.0 * $1.1 } % 11
    // A remainder of one is never issued; zero gives the check digit zero.
    guard remainder != 1, digits[7] == (remainder == 0 ? 0 : 11 - remainder) else { return nil }
    description = text
  }
}
