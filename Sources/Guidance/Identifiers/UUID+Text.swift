import Foundation

/// The 36-character form, written and read by hand: a request has a dozen of them, and Foundation goes through the C
/// library's formatted output and input for each, which takes ten times as long.
extension UUID {
  /// In lower case.
  var text: String {
    withUnsafeBytes(of: uuid) { bytes in
      String(unsafeUninitializedCapacity: 36) { text in
        var end = 0
        for (index, byte) in bytes.enumerated() {
          if Self.isHyphenAhead(of: index) {
            text[end] = UInt8(ascii: "-")
            end += 1
          }
          text[end] = Self.digit(byte >> 4)
          text[end + 1] = Self.digit(byte & 0x0F)
          end += 2
        }
        return end
      }
    }
  }

  /// Reads either case; nil when it is anything else.
  init?(text: some StringProtocol) {
    var characters = text.utf8.makeIterator()
    var value: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    let isRead = withUnsafeMutableBytes(of: &value) { bytes in
      for index in bytes.indices {
        if Self.isHyphenAhead(of: index), characters.next() != UInt8(ascii: "-") { return false }
        guard let high = Self.value(of: characters.next()), let low = Self.value(of: characters.next()) else {
          return false
        }
        bytes[index] = high << 4 | low
      }
      return characters.next() == nil
    }
    guard isRead else { return nil }
    self.init(uuid: value)
  }

  /// Hyphens stand before the bytes 4, 6, 8 and 10.
  private static func isHyphenAhead(of byte: Int) -> Bool { byte >= 4 && byte <= 10 && byte.isMultiple(of: 2) }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  private static func value(of character: UInt8?) -> UInt8? {
    switch character {
    case let digit? where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit): digit - UInt8(ascii: "0")
    case let letter? where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(letter): letter - UInt8(ascii: "a") + 10
    case let letter? where (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(letter): letter - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
