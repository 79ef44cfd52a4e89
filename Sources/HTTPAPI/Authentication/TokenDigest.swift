import Crypto

/// SHA-256 of a token: the cache keeps no tokens, only these.
struct TokenDigest: Hashable {
  private let words: (UInt64, UInt64, UInt64, UInt64)

  init(_ token: Substring) {
    var token = token
    let digest = token.withUTF8 { SHA256.hash(data: UnsafeRawBufferPointer($0)) }
    words = digest.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
  }

  /// A number from 0 to 15.
  var shard: Int { Int(truncatingIfNeeded: words.0 & 15) }

  /// A digest is already random: one word of it is a perfect hash.
  func hash(into hasher: inout Hasher) {
    hasher.combine(words.1)
  }

  static func == (left: Self, right: Self) -> Bool {
    left.words == right.words
  }
}
