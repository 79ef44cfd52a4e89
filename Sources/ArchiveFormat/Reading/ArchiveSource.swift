/// The bytes of a file that may be an archive, wherever they are.
public protocol ArchiveSource {
  /// Bytes.
  var length: UInt64 { get }
  /// Exactly the bytes of `range`, which lies within ``length``. Throws when they cannot be had.
  func read(_ range: Range<UInt64>) throws -> [UInt8]
}
