/// A Finnish personal identity code (henkilötunnus, HETU): DDMMYY, separator, NNN, check character.
///
/// Two people may differ in the separator alone since 2023, so the separator is part of every comparison and hash.
/// The value is never printed: `description` hides it.
public struct PersonalIdentityCode: Hashable, Sendable {
  /// The eleven characters, upper case.
  public let text: String

  /// Why a text is not a personal identity code. Never carries the text.
  public enum Malformed: Error, Equatable {
    case shape
    case date
    case individualNumber
    case checkCharacter
  }

  private static let checkCharacters = Array("0123456789ABCDEFHJKLMNPRSTUVWXY".utf8)

  /// Reads the eleven characters, in either case.
  ///
  /// - Throws: `Malformed` that says which part is wrong.
  public init(_ input: String) throws(Malformed) {
    // ASCII alone: Unicode's capitals make one letter of several, as S of ſ.
    let characters = input.utf8.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 - 32 : $0 }
    guard characters.count == 11 else { throw .shape }
    let digits = characters[0..<6] + characters[7..<10]
    var number = 0
    for digit in digits {
      guard (48...57).contains(digit) else { throw .shape }
      number = number * 10 + Int(digit - 48)
    }
    guard let century = Self.century(of: characters[6]) else { throw .shape }
    let (day, month, year) = (number / 10_000_000, number / 100_000 % 100, century + number / 1_000 % 100)
    guard (1...12).contains(month), (1...Self.days(inMonth: month, year: year)).contains(day) else { throw .date }
    // 002–899 are given to people, 900–999 are for temporary and test use; 000 and 001 are never given.
    guard number % 1000 >= 2 else { throw .individualNumber }
    guard characters[10] == Self.checkCharacters[number % 31] else { throw .checkCharacter }
    text = String(decoding: characters, as: UTF8.self)
  }

  /// Whether its individual number is one of 900–999, which nobody is given for good.
  public var isTemporary: Bool { text.utf8.dropFirst(7).first == UInt8(ascii: "9") }

  private static func century(of separator: UInt8) -> Int? {
    switch separator {
    case UInt8(ascii: "+"): 1800
    case UInt8(ascii: "-"), UInt8(ascii: "U")...UInt8(ascii: "Y"): 1900
    case UInt8(ascii: "A")...UInt8(ascii: "F"): 2000
    default: nil
    }
  }

  private static func days(inMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: (year.isMultiple(of: 4) && !year.isMultiple(of: 100)) || year.isMultiple(of: 400) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

extension PersonalIdentityCode: CustomStringConvertible, CustomDebugStringConvertible {
  /// Hides the code: it must not reach a log.
  public var description: String { "hetu(…)" }
  /// Hides the code as well.
  public var debugDescription: String { description }
}
