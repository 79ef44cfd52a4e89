import Crypto

/// Several digests of the same bytes, which come piece by piece. Each costs its own pass over them: ask for what is
/// needed only.
public struct RunningDigests: Sendable {
  private var md5: Insecure.MD5?
  private var sha1: Insecure.SHA1?
  private var sha256: SHA256?
  private var sha512: SHA512?

  /// Starts with nothing.
  public init(_ algorithms: Set<DigestAlgorithm>) {
    if algorithms.contains(.md5) { md5 = Insecure.MD5() }
    if algorithms.contains(.sha1) { sha1 = Insecure.SHA1() }
    if algorithms.contains(.sha256) { sha256 = SHA256() }
    if algorithms.contains(.sha512) { sha512 = SHA512() }
  }

  /// Takes in the next bytes; they are only read during the call.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    md5?.update(bufferPointer: bytes)
    sha1?.update(bufferPointer: bytes)
    sha256?.update(bufferPointer: bytes)
    sha512?.update(bufferPointer: bytes)
  }

  /// Takes in the next bytes.
  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// The digest of everything so far; nil for an algorithm that was not asked for.
  public subscript(algorithm: DigestAlgorithm) -> [UInt8]? {
    switch algorithm {
    case .md5: md5.map { Array($0.finalize()) }
    case .sha1: sha1.map { Array($0.finalize()) }
    case .sha256: sha256.map { Array($0.finalize()) }
    case .sha512: sha512.map { Array($0.finalize()) }
    }
  }
}
