/// The records of a ZIP file, byte by byte (PKWARE APPNOTE.TXT 6.3.10; section numbers below are its).
///
/// A 32-bit size or offset that does not fit is all ones and stands in a ZIP64 extra field instead (4.5.3): there and
/// only there, so that old programs read every archive they can.
struct ZipRecord {
  let entry: ArchiveEntry
  /// Of the local header, from the start of the archive.
  let offset: UInt64

  /// The first value that a 32-bit field cannot hold: all ones says "see ZIP64".
  static let limit32 = UInt64(UInt32.max)
  private static let versionPlain: UInt16 = 20
  private static let versionZIP64: UInt16 = 45
  /// Bit 11: names are UTF-8.
  private static let flags: UInt16 = 1 << 11
  /// Made on Unix, so that the attributes are a mode: a regular file, 0644.
  private static let madeBy: UInt16 = 3 << 8 | versionZIP64
  private static let attributes: UInt32 = 0o100644 << 16

  private var isLarge: Bool { entry.size >= Self.limit32 }
  private var isFar: Bool { offset >= Self.limit32 }

  /// Length of ``localHeader`` in bytes.
  var localLength: UInt64 { 30 + UInt64(entry.path.utf8.count) + (isLarge ? 20 : 0) }

  /// Length of ``central`` in bytes.
  var centralLength: UInt64 { 46 + UInt64(entry.path.utf8.count) + UInt64(centralExtraLength) }

  private var centralExtraLength: Int {
    let fields = (isLarge ? 16 : 0) + (isFar ? 8 : 0)
    return fields == 0 ? 0 : 4 + fields
  }

  /// 4.3.7
  var localHeader: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(localLength))
    bytes.appendLittleEndian(0x0403_4B50 as UInt32)
    appendCommon(version: isLarge ? Self.versionZIP64 : Self.versionPlain, extraLength: isLarge ? 20 : 0, to: &bytes)
    bytes.append(contentsOf: entry.path.utf8)
    if isLarge { appendExtra(length: 16, to: &bytes) }
    return bytes
  }

  /// 4.3.12
  func appendCentral(to bytes: inout [UInt8]) {
    let extraLength = centralExtraLength
    bytes.appendLittleEndian(0x0201_4B50 as UInt32)
    bytes.appendLittleEndian(Self.madeBy)
    let version = extraLength > 0 ? Self.versionZIP64 : Self.versionPlain
    appendCommon(version: version, extraLength: UInt16(extraLength), to: &bytes)
    bytes.appendLittleEndian(0 as UInt16)  // comment length
    bytes.appendLittleEndian(0 as UInt16)  // disk number
    bytes.appendLittleEndian(0 as UInt16)  // internal attributes: not known to be text
    bytes.appendLittleEndian(Self.attributes)
    bytes.appendLittleEndian(isFar ? UInt32.max : UInt32(offset))
    bytes.append(contentsOf: entry.path.utf8)
    if extraLength > 0 { appendExtra(length: extraLength - 4, to: &bytes) }
  }

  /// The fields that both headers have in the same order.
  private func appendCommon(version: UInt16, extraLength: UInt16, to bytes: inout [UInt8]) {
    let modified = DOSTime(entry.modified)
    let size = isLarge ? UInt32.max : UInt32(entry.size)
    bytes.appendLittleEndian(version)
    bytes.appendLittleEndian(Self.flags)
    bytes.appendLittleEndian(0 as UInt16)  // stored
    bytes.appendLittleEndian(modified.time)
    bytes.appendLittleEndian(modified.date)
    bytes.appendLittleEndian(entry.crc32)
    bytes.appendLittleEndian(size)  // compressed
    bytes.appendLittleEndian(size)  // uncompressed
    bytes.appendLittleEndian(UInt16(entry.path.utf8.count))
    bytes.appendLittleEndian(extraLength)
  }

  /// 4.5.3: only the fields that overflowed, in this order; a local header has no offset.
  private func appendExtra(length: Int, to bytes: inout [UInt8]) {
    bytes.appendLittleEndian(1 as UInt16)
    bytes.appendLittleEndian(UInt16(length))
    if isLarge {
      bytes.appendLittleEndian(entry.size)
      bytes.appendLittleEndian(entry.size)
    }
    if length == (isLarge ? 24 : 8) { bytes.appendLittleEndian(offset) }
  }
}
