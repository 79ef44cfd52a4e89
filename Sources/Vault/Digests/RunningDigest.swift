import Crypto

/// SHA-256 of bytes that come piece by piece: of a file at its upload, once (about 1 GB/s).
public struct RunningDigest: Sendable {
  private var hash = SHA256()

  /// Starts with nothing.
  public init() {}

  /// Takes in the next bytes.
  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { hash.update(bufferPointer: $0) } }

  /// Takes in the next bytes; they are only read during the call.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

  /// The 32 bytes of the digest of everything so far; more may follow.
  public func finish() -> [UInt8] { Array(hash.finalize()) }

  /// The 32 bytes of the digest of `bytes`.
  public static func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }
}
