/// One file of an archive: all that its place in the ZIP depends on, known before a byte of it is read.
public struct ArchiveEntry: Sendable, Hashable {
  /// Relative, with `/` between folders, already safe (see ``SafeNames``); at most 65,535 bytes of UTF-8.
  public var path: String
  /// Bytes.
  public var size: UInt64
  /// Checksum of the content (see ``CRC32``).
  public var crc32: UInt32
  /// Shown by unzip programs; two-second steps, years 1980–2107, anything else is brought within.
  public var modified: CivilTime

  /// Describes an entry.
  public init(path: String, size: UInt64, crc32: UInt32, modified: CivilTime) {
    self.path = path
    self.size = size
    self.crc32 = crc32
    self.modified = modified
  }
}
