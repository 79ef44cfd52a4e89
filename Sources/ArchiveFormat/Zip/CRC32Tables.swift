/// The look-up tables of ``CRC32``: entry `[256 * k + b]` is the remainder of byte `b` followed by `k` zero bytes.
enum CRC32Tables {
  static let shared: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 16 * 256)
    for byte in 0..<256 {
      var remainder = UInt32(byte)
      for _ in 0..<8 {
        remainder = remainder & 1 == 1 ? (remainder >> 1) ^ CRC32Polynomial.reflected : remainder >> 1
      }
      tables[byte] = remainder
    }
    for index in 256..<(16 * 256) {
      let before = tables[index - 256]
      tables[index] = (before >> 8) ^ tables[Int(before & 0xFF)]
    }
    return tables
  }()
}
