/// Reads an archive of a guidance space, and takes nothing for one that this module would not have written byte by byte:
/// directory and headers say the same, entries follow each other without a gap, nothing precedes or follows them.
///
/// Holds no list of the entries: memory does not grow with the archive.
public struct ArchiveReader<Source: ArchiveSource> {
  private let source: Source
  private let end: ZipEnd
  /// Entries, with the manifest and its signature, which are the last two.
  public var entryCount: UInt64 { end.entryCount }
  /// manifest.json
  public let manifest: FoundEntry
  /// manifest.sig
  public let signature: FoundEntry

  /// Checks the layout, but no content. Throws ``ArchiveDamage``, or what the source does.
  public init(_ source: Source) throws {
    self.source = source
    do {
      end = try ZipEnd(of: source)
      let last = try Self.walk(source, end)
      (manifest, signature) = (last.manifest, last.signature)
    } catch let damage as ArchiveDamage {
      guard try Self.looksLikeOurs(source) else { throw ArchiveDamage.notOurs }
      throw damage
    }
  }

  /// Calls `body` with each entry in order. Throws what it throws.
  public func forEach(_ body: (FoundEntry) throws -> Void) throws {
    var cursor = DirectoryCursor(source, end)
    while let found = try cursor.next() { try body(found) }
  }

  /// Gives an entry's content to `body`, piece by piece. Throws ``ArchiveDamage/checksum(path:at:)`` after the last when
  /// the checksum is another.
  public func content(of found: FoundEntry, _ body: ([UInt8]) throws -> Void) throws {
    var checksum = CRC32()
    var position = found.contentOffset
    let until = position + found.entry.size
    while position < until {
      let piece = try source.read(position..<min(until, position + 256 * 1024))
      checksum.update(piece)
      try body(piece)
      position += UInt64(piece.count)
    }
    guard checksum.value == found.entry.crc32 else {
      throw ArchiveDamage.checksum(path: found.entry.path, at: found.contentOffset)
    }
  }

  /// The whole content of an entry that is known to be short.
  public func bytes(of found: FoundEntry) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try content(of: found) { bytes += $0 }
    return bytes
  }

  /// Compares each header with the directory, and each place with the one before.
  private static func walk(
    _ source: Source, _ end: ZipEnd
  ) throws -> (manifest: FoundEntry, signature: FoundEntry) {
    var cursor = DirectoryCursor(source, end)
    var position: UInt64 = 0
    var (last, beforeLast): (FoundEntry?, FoundEntry?) = (nil, nil)
    while let found = try cursor.next() {
      try requirePlace(found, of: end.entryCount)
      position = try Self.end(of: found, at: position, source, limit: end.directoryOffset)
      (beforeLast, last) = (last, found)
    }
    guard let manifest = beforeLast, let signature = last, signature.number == end.entryCount else {
      throw ArchiveDamage.endRecord(at: end.directoryOffset + end.directoryLength, field: "number of entries")
    }
    guard position == end.directoryOffset else {
      throw ArchiveDamage.gap(at: position, bytes: end.directoryOffset - position)
    }
    return (manifest, signature)
  }

  /// Where the entry after this one has to begin.
  private static func end(
    of found: FoundEntry, at position: UInt64, _ source: Source, limit: UInt64
  ) throws -> UInt64 {
    let path = found.entry.path
    guard found.offset == position else {
      throw ArchiveDamage.misplaced(path: path, at: found.offset, expected: position)
    }
    let header = found.record.localHeader
    let room = limit - position
    guard UInt64(header.count) <= room, found.entry.size <= room - UInt64(header.count) else {
      throw ArchiveDamage.tooLong(path: path, at: position)
    }
    let read = try source.read(position..<(position + UInt64(header.count)))
    if let field = ZipFields.firstDifference(read, header, ZipFields.local) {
      throw ArchiveDamage.localHeader(path: path, at: position, field: field)
    }
    return position + UInt64(header.count) + found.entry.size
  }

  /// index.html, space.json, the files, manifest.json, manifest.sig: in this order and no others.
  private static func requirePlace(_ found: FoundEntry, of count: UInt64) throws {
    let path = found.entry.path
    let isInPlace =
      switch found.number {
      case 1: path == ArchivePath.index
      case 2: path == ArchivePath.space
      case count - min(count, 1): path == ArchivePath.manifest
      case count: path == ArchivePath.signature
      default: ArchivePath.isFile(path)
      }
    guard isInPlace else { throw ArchiveDamage.unexpectedPath(path: path, number: found.number) }
  }

  /// Whether the first header, or else the directory, is that of an archive of ours: one damaged byte hides only one.
  private static func looksLikeOurs(_ source: Source) throws -> Bool {
    let start = try source.read(0..<min(source.length, 40))
    if start.starts(with: [0x50, 0x4B, 0x03, 0x04]), start.dropFirst(30).elementsEqual(ArchivePath.index.utf8) {
      return true
    }
    // The name stands near the end of every directory of ours.
    let tail = try source.read((source.length - min(source.length, 1024))..<source.length)
    let name = Array(ArchivePath.signature.utf8)
    return tail.indices.contains { tail[$0...].starts(with: name) }
  }
}
