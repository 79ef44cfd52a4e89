/// An entry as an archive's directory has it.
public struct FoundEntry: Sendable, Hashable {
  /// Path, size, checksum and time.
  public let entry: ArchiveEntry
  /// From 1, in the archive's order.
  public let number: UInt64
  /// Of the local header, in bytes from the start.
  public let offset: UInt64

  var record: ZipRecord { ZipRecord(entry: entry, offset: offset) }

  /// Where the content starts, in bytes from the start.
  public var contentOffset: UInt64 { offset + record.localLength }
}
