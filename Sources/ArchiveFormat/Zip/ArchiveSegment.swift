/// A run of an archive's bytes: either made here, or the content of an entry, which the caller has.
public enum ArchiveSegment: Sendable, Hashable {
  /// These bytes: a local header, a piece of the directory, or the end records. At most some 100 KiB; never empty.
  case bytes([UInt8])
  /// The bytes `range` of the content of entry `index`; never empty.
  case entry(index: Int, range: Range<UInt64>)

  /// Bytes.
  public var count: UInt64 {
    switch self {
    case .bytes(let bytes): UInt64(bytes.count)
    case .entry(_, let range): range.upperBound - range.lowerBound
    }
  }
}
