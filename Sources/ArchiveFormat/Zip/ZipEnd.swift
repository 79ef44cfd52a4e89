/// The records that end a ZIP file (APPNOTE.TXT 4.3.14–4.3.16).
struct ZipEnd {
  let entryCount: UInt64
  let directoryOffset: UInt64
  let directoryLength: UInt64

  /// The ZIP64 records are there when a number does not fit; all ones in a short field says "see ZIP64", so a count of
  /// exactly 65,535 needs them too.
  private var isZIP64: Bool {
    entryCount >= UInt64(UInt16.max) || directoryOffset >= ZipRecord.limit32 || directoryLength >= ZipRecord.limit32
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    if isZIP64 { appendZIP64(to: &bytes) }
    let count = UInt16(min(entryCount, UInt64(UInt16.max)))
    bytes.appendLittleEndian(0x0605_4B50 as UInt32)
    bytes.appendLittleEndian(0 as UInt32)  // this disk, the directory's disk
    bytes.appendLittleEndian(count)  // on this disk
    bytes.appendLittleEndian(count)
    bytes.appendLittleEndian(UInt32(min(directoryLength, ZipRecord.limit32)))
    bytes.appendLittleEndian(UInt32(min(directoryOffset, ZipRecord.limit32)))
    bytes.appendLittleEndian(0 as UInt16)  // comment length
    return bytes
  }

  private func appendZIP64(to bytes: inout [UInt8]) {
    bytes.appendLittleEndian(0x0606_4B50 as UInt32)
    bytes.appendLittleEndian(44 as UInt64)  // length of the rest of this record
    bytes.appendLittleEndian(3 << 8 | 45 as UInt16)  // made by
    bytes.appendLittleEndian(45 as UInt16)  // version needed
    bytes.appendLittleEndian(0 as UInt64)  // this disk, the directory's disk
    bytes.appendLittleEndian(entryCount)  // on this disk
    bytes.appendLittleEndian(entryCount)
    bytes.appendLittleEndian(directoryLength)
    bytes.appendLittleEndian(directoryOffset)
    // The locator: 4.3.15.
    bytes.appendLittleEndian(0x0706_4B50 as UInt32)
    bytes.appendLittleEndian(0 as UInt32)  // its disk
    bytes.appendLittleEndian(directoryOffset + directoryLength)
    bytes.appendLittleEndian(1 as UInt32)  // disks
  }
}
