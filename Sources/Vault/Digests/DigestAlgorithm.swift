/// A digest that a client may say of what it sends.
///
/// MD5 and SHA-1 find accidents on the way, which is all they are asked for; nothing rests on them.
public enum DigestAlgorithm: String, Sendable, Hashable, CaseIterable, Codable {
  case md5
  case sha1
  case sha256
  case sha512

  /// Bytes of the digest.
  public var length: Int {
    switch self {
    case .md5: 16
    case .sha1: 20
    case .sha256: 32
    case .sha512: 64
    }
  }
}
