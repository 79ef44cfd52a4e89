import Crypto

/// The content of a key file: one line, `ohjaustila-key 1 <name> <base64>`. The name stands inside as well, so that a
/// file copied over another is noticed.
enum KeyFile {
  static func encode(_ key: SymmetricKey, name: String) -> [UInt8] {
    Array("ohjaustila-key 1 \(name) \(KeyText.encode(key))\n".utf8)
  }

  static func decode(_ bytes: [UInt8], name: String) -> SymmetricKey? {
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count == 4, words[0] == "ohjaustila-key", words[1] == "1", words[2] == name else { return nil }
    return KeyText.decode(String(words[3]))
  }
}
