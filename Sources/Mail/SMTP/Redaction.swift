/// Keeps people out of reasons: servers like to quote the address they refuse.
struct Redaction {
  private let localPart: String

  init(recipient: MailAddress) {
    localPart = String(recipient.address.prefix { $0 != "@" }).lowercased()
  }

  /// Printable ASCII in place of the text; words that look like an address, or hold the recipient's local part, give
  /// way to `[address]`; at most `SMTPReason.longestText` characters.
  func clean(_ text: String) -> String {
    var cleaned = ""
    for word in Self.words(text.utf8.prefix(1000).map { 0x21...0x7e ~= $0 ? $0 : UInt8(ascii: " ") }) {
      cleaned += namesSomebody(word) ? "[address]" : word
    }
    return String(cleaned.split(separator: " ").joined(separator: " ").prefix(SMTPReason.longestText))
  }

  private func namesSomebody(_ word: String) -> Bool {
    let word = word.lowercased()
    return word.contains("@") || word.contains("%40") || word == localPart
      || localPart.utf8.count >= 4 && word.contains(localPart)
  }

  /// The text cut at what can't be part of an address; the cuts are words of their own.
  private static func words(_ text: [UInt8]) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    for byte in text {
      if " <>()[],;:\"'".utf8.contains(byte) {
        words += [String(decoding: word, as: UTF8.self), String(UnicodeScalar(byte))]
        word = []
      } else {
        word.append(byte)
      }
    }
    return words + [String(decoding: word, as: UTF8.self)]
  }
}
