import ArchiveFormat
import TestSupport
import Testing

@Suite struct CRC32Tests {
  /// The catalogue's check value of CRC-32/ISO-HDLC.
  @Test func knownValues() {
    #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(CRC32.checksum([]) == 0)
    #expect(CRC32.checksum([0]) == 0xD202_EF8D)
  }

  @Test func agreesWithTheDefinitionBitByBit() {
    var random = SplitMix64(seed: 1)
    for length in Array(0...70) + [255, 1000, 4099] {
      let bytes = random.bytes(length)
      #expect(CRC32.checksum(bytes) == Self.bitwise(bytes), "length \(length)")
    }
  }

  @Test func piecesGiveTheSameAsTheWhole() {
    var random = SplitMix64(seed: 2)
    let bytes = random.bytes(257)
    let whole = CRC32.checksum(bytes)
    for cut in 0...bytes.count {
      var crc = CRC32()
      crc.update(Array(bytes[..<cut]))
      crc = CRC32(resuming: crc.value)
      crc.update(Array(bytes[cut...]))
      #expect(crc.value == whole)
      let first = CRC32.checksum(Array(bytes[..<cut]))
      let second = CRC32.checksum(Array(bytes[cut...]))
      #expect(CRC32.combine(first, second, secondLength: UInt64(bytes.count - cut)) == whole)
    }
  }

  private static func bitwise(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = ~0
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
