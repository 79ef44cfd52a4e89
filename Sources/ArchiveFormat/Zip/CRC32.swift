/// CRC-32 as ZIP uses it (ISO-HDLC: reflected polynomial 0xEDB88320, APPNOTE.TXT 4.4.7), computed incrementally.
public struct CRC32: Sendable, Hashable {
  /// The checksum of everything given so far; 0 before the first byte.
  public private(set) var value: UInt32

  /// Starts a checksum, or goes on from one that was kept.
  public init(resuming value: UInt32 = 0) { self.value = value }

  /// The checksum of `bytes`.
  public static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var crc = CRC32()
    crc.update(bytes)
    return crc.value
  }

  /// Takes in the next bytes.
  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// Takes in the next bytes; they are only read during the call.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    value = CRC32Tables.shared.withUnsafeBufferPointer { tables in
      ~Self.advance(~value, over: bytes, tables: tables)
    }
  }

  /// The checksum of `first` followed by `second`, from the checksums of both and the second one's length in bytes.
  public static func combine(_ first: UInt32, _ second: UInt32, secondLength: UInt64) -> UInt32 {
    CRC32Polynomial.multiply(CRC32Polynomial.power(ofBytes: secondLength), first) ^ second
  }

  /// Sixteen bytes a step: each table says what one byte does to the remainder that many bytes later, so that the
  /// sixteen look-ups do not wait for each other.
  private static func advance(
    _ start: UInt32, over bytes: UnsafeRawBufferPointer, tables: UnsafeBufferPointer<UInt32>
  ) -> UInt32 {
    guard let base = bytes.baseAddress, let table = tables.baseAddress else { return start }
    var crc = start
    var offset = 0
    while bytes.count &- offset >= 16 {
      let low = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) ^ UInt64(crc)
      let high = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self))
      crc = eight(low, table + 8 * 256) ^ eight(high, table)
      offset &+= 16
    }
    while offset < bytes.count {
      let byte = base.load(fromByteOffset: offset, as: UInt8.self)
      crc = (crc >> 8) ^ table[Int((crc ^ UInt32(byte)) & 0xFF)]
      offset &+= 1
    }
    return crc
  }

  /// What the eight bytes of `word` (first byte lowest) do to the remainder; `table` is the last byte's.
  @inline(__always)
  private static func eight(_ word: UInt64, _ table: UnsafePointer<UInt32>) -> UInt32 {
    let a = table[7 * 256 + Int(word & 0xFF)] ^ table[6 * 256 + Int((word >> 8) & 0xFF)]
    let b = table[5 * 256 + Int((word >> 16) & 0xFF)] ^ table[4 * 256 + Int((word >> 24) & 0xFF)]
    let c = table[3 * 256 + Int((word >> 32) & 0xFF)] ^ table[2 * 256 + Int((word >> 40) & 0xFF)]
    let d = table[256 + Int((word >> 48) & 0xFF)] ^ table[Int(word >> 56)]
    return (a ^ b) ^ (c ^ d)
  }
}
