/// Goes through an archive's directory, record by record, in memory that does not grow with it.
struct DirectoryCursor<Source: ArchiveSource> {
  private let source: Source
  private let end: UInt64
  private var position: UInt64
  private var number: UInt64 = 0
  private var buffer: [UInt8] = []
  /// Of the buffer's first unread byte.
  private var taken = 0

  private static var pieceSize: UInt64 { 64 * 1024 }

  init(_ source: Source, _ end: ZipEnd) {
    self.source = source
    position = end.directoryOffset
    self.end = end.directoryOffset + end.directoryLength
  }

  /// The next record, which must be exactly as we write it; nil at the directory's end.
  mutating func next() throws -> FoundEntry? {
    guard position < end else { return nil }
    number += 1
    let start = position
    let fixed = try take(46, from: start)
    guard fixed.littleEndian(0, as: UInt32.self) == 0x0201_4B50 else {
      throw ArchiveDamage.directoryRecord(number: number, at: start, field: "signature")
    }
    let nameLength = Int(fixed.littleEndian(28, as: UInt16.self))
    let extraLength = Int(fixed.littleEndian(30, as: UInt16.self))
    let rest = try take(nameLength + extraLength, from: start)
    let name = String(validating: rest.prefix(nameLength), as: UTF8.self)
    guard let name else { throw ArchiveDamage.directoryRecord(number: number, at: start, field: "name") }
    let found = FoundEntry(fixed, Array(rest.dropFirst(nameLength)), name: name, number: number)
    var expected: [UInt8] = []
    found.record.appendCentral(to: &expected)
    if let field = ZipFields.firstDifference(fixed + rest, expected, ZipFields.central) {
      throw ArchiveDamage.directoryRecord(number: number, at: start, field: field)
    }
    return found
  }

  private mutating func take(_ count: Int, from start: UInt64) throws -> [UInt8] {
    guard UInt64(count) <= end - position else {
      throw ArchiveDamage.directoryRecord(number: number, at: start, field: "it is cut short, or a length is wrong")
    }
    if buffer.count - taken < count {
      let loaded = position + UInt64(buffer.count - taken)
      buffer.removeFirst(taken)
      buffer += try source.read(loaded..<min(end, loaded + max(Self.pieceSize, UInt64(count))))
      taken = 0
    }
    defer {
      taken += count
      position += UInt64(count)
    }
    return Array(buffer[taken..<(taken + count)])
  }
}

extension FoundEntry {
  /// Takes a record's numbers as they stand; whether they make such a record is the caller's to compare.
  fileprivate init(_ fixed: [UInt8], _ extra: [UInt8], name: String, number: UInt64) {
    var size = UInt64(fixed.littleEndian(24, as: UInt32.self))
    var offset = UInt64(fixed.littleEndian(42, as: UInt32.self))
    var place = 4
    if size == ZipRecord.limit32, extra.count >= place + 16 {
      size = extra.littleEndian(place, as: UInt64.self)
      place += 16
    }
    if offset == ZipRecord.limit32, extra.count >= place + 8 { offset = extra.littleEndian(place, as: UInt64.self) }
    let modified = CivilTime(
      dosTime: fixed.littleEndian(12, as: UInt16.self), date: fixed.littleEndian(14, as: UInt16.self))
    self.init(
      entry: ArchiveEntry(
        path: name, size: size, crc32: fixed.littleEndian(16, as: UInt32.self), modified: modified),
      number: number, offset: offset)
  }
}
