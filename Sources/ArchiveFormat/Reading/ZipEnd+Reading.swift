extension ZipEnd {
  private static let plainLength: UInt64 = 22
  /// The ZIP64 record and its locator.
  private static let zip64Length: UInt64 = 56 + 20
  /// The longest comment that a ZIP may end with.
  private static let longestComment: UInt64 = 65_535

  /// Reads the records that end an archive, which must be exactly as we write them and end the file.
  init(of source: some ArchiveSource) throws {
    let length = source.length
    guard length >= Self.plainLength else { throw ArchiveDamage.noEnd(length: length) }
    let start = length - Self.plainLength
    let plain = try source.read(start..<length)
    guard plain.littleEndian(0, as: UInt32.self) == 0x0605_4B50 else {
      throw try Self.trailing(source) ?? .noEnd(length: length)
    }
    let isZIP64 =
      plain[10...11].allSatisfy { $0 == 0xFF } || plain[12...15].allSatisfy { $0 == 0xFF }
      || plain[16...19].allSatisfy { $0 == 0xFF }
    guard isZIP64 else {
      self.init(
        entryCount: UInt64(plain.littleEndian(10, as: UInt16.self)),
        directoryOffset: UInt64(plain.littleEndian(16, as: UInt32.self)),
        directoryLength: UInt64(plain.littleEndian(12, as: UInt32.self)))
      try requireExactly(plain, ZipFields.end, at: start)
      return
    }
    guard start >= Self.zip64Length else { throw ArchiveDamage.endRecord(at: start, field: "number of entries") }
    let first = start - Self.zip64Length
    let whole = try source.read(first..<length)
    self.init(
      entryCount: whole.littleEndian(32, as: UInt64.self), directoryOffset: whole.littleEndian(48, as: UInt64.self),
      directoryLength: whole.littleEndian(40, as: UInt64.self))
    try requireExactly(whole, ZipFields.end64 + ZipFields.end.map { ($0.offset + 76, $0.name) }, at: first)
  }

  /// The directory ends where these records start, and they are what its numbers give.
  private func requireExactly(_ found: [UInt8], _ fields: [ZipFields.Field], at start: UInt64) throws {
    let (end, overflow) = directoryOffset.addingReportingOverflow(directoryLength)
    guard !overflow, end == start else {
      throw ArchiveDamage.endRecord(at: start, field: "offset or length of the directory")
    }
    if let field = ZipFields.firstDifference(found, bytes, fields) {
      throw ArchiveDamage.endRecord(at: start, field: field)
    }
  }

  /// Where an end record stands before the end of the file: it was appended to.
  private static func trailing(_ source: some ArchiveSource) throws -> ArchiveDamage? {
    let length = source.length
    let first = length - min(length, plainLength + longestComment)
    let tail = try source.read(first..<length)
    for place in stride(from: tail.count - Int(plainLength) - 1, through: 0, by: -1)
    where tail.littleEndian(place, as: UInt32.self) == 0x0605_4B50 {
      let end = first + UInt64(place) + plainLength
      return .trailing(at: end, bytes: length - end)
    }
    return nil
  }
}
