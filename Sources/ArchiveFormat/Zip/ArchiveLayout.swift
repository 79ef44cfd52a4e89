/// Where every byte of a ZIP archive stands, before the first is sent: its exact length, and for any range of it the
/// headers to make and the parts of the entries to read.
///
/// Entries are stored, in the order given. Memory is that of the list of entries; headers and directory are made when
/// their bytes are asked for.
public struct ArchiveLayout: Sendable {
  /// As given.
  public let entries: [ArchiveEntry]
  /// Of each local header, in bytes from the start; one more element says where the directory starts.
  let offsets: [UInt64]
  /// Of each piece of the directory, in bytes from the start; one more element says where the end records start.
  let pieceOffsets: [UInt64]
  /// Bytes of the whole archive: the `Content-Length`.
  public let totalLength: UInt64

  /// Entries whose directory records are made at once.
  static let recordsPerPiece = 256

  /// Lays the entries out in the order given. Throws when a path is unsafe, too long or clashes with another, or when
  /// the whole cannot be addressed.
  public init(entries: [ArchiveEntry]) throws(ArchiveLayoutError) {
    try ArchivePaths.check(entries)
    self.entries = entries
    offsets = try Self.layOut(entries)
    pieceOffsets = Self.layOutDirectory(entries, offsets: offsets)
    totalLength = pieceOffsets[pieceOffsets.count - 1] + UInt64(Self.end(entries, pieceOffsets).bytes.count)
  }

  /// Where entry `index`'s content starts, in bytes from the start of the archive.
  public func contentOffset(of index: Int) -> UInt64 { offsets[index] + record(index).localLength }

  /// Where the directory starts, in bytes from the start of the archive.
  public var directoryOffset: UInt64 { offsets[entries.count] }

  /// The bytes before entry `index`'s content.
  public func localHeader(_ index: Int) -> [UInt8] { record(index).localHeader }

  /// The whole archive, segment by segment.
  public var segments: ArchiveSegments { segments(in: 0..<totalLength) }

  /// What the bytes `range` of the archive are made of, in order and without gaps; a range that reaches past the end
  /// stops there.
  public func segments(in range: Range<UInt64>) -> ArchiveSegments {
    ArchiveSegments(layout: self, range: range.clamped(to: 0..<totalLength))
  }

  func record(_ index: Int) -> ZipRecord { ZipRecord(entry: entries[index], offset: offsets[index]) }

  var end: ZipEnd { Self.end(entries, pieceOffsets) }

  /// The directory records of the entries of one piece.
  func directoryPiece(_ piece: Int) -> [UInt8] {
    let first = piece * Self.recordsPerPiece
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(pieceOffsets[piece + 1] - pieceOffsets[piece]))
    for index in first..<min(first + Self.recordsPerPiece, entries.count) {
      record(index).appendCentral(to: &bytes)
    }
    return bytes
  }

  private static func layOut(_ entries: [ArchiveEntry]) throws(ArchiveLayoutError) -> [UInt64] {
    // Room for any directory: its records are no longer than the headers' and names' 65,535 + 74 bytes each.
    let limit = UInt64(Int64.max) - UInt64(entries.count + 1) * 70_000
    var offsets: [UInt64] = []
    offsets.reserveCapacity(entries.count + 1)
    var position: UInt64 = 0
    for entry in entries {
      offsets.append(position)
      let header = ZipRecord(entry: entry, offset: position).localLength
      guard entry.size <= limit, position <= limit - entry.size else { throw .tooLarge }
      position += header + entry.size
    }
    guard position <= limit else { throw .tooLarge }
    offsets.append(position)
    return offsets
  }

  private static func layOutDirectory(_ entries: [ArchiveEntry], offsets: [UInt64]) -> [UInt64] {
    var position = offsets[entries.count]
    var pieces = [position]
    for (index, entry) in entries.enumerated() {
      position += ZipRecord(entry: entry, offset: offsets[index]).centralLength
      let isLast = index + 1 == entries.count
      if isLast || (index + 1).isMultiple(of: recordsPerPiece) { pieces.append(position) }
    }
    return pieces
  }

  private static func end(_ entries: [ArchiveEntry], _ pieces: [UInt64]) -> ZipEnd {
    ZipEnd(
      entryCount: UInt64(entries.count), directoryOffset: pieces[0],
      directoryLength: pieces[pieces.count - 1] - pieces[0])
  }
}
