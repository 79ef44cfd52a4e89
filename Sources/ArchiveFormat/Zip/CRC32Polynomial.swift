/// Arithmetic on polynomials over GF(2) modulo the CRC-32 polynomial, reflected: bit 31 is x⁰.
enum CRC32Polynomial {
  static let reflected: UInt32 = 0xEDB8_8320
  private static let one: UInt32 = 1 << 31

  /// `a` times `b`.
  static func multiply(_ a: UInt32, _ b: UInt32) -> UInt32 {
    var product: UInt32 = 0
    var shifted = b
    var bit = one
    while bit != 0 {
      if a & bit != 0 { product ^= shifted }
      shifted = shifted & 1 == 1 ? (shifted >> 1) ^ reflected : shifted >> 1
      bit >>= 1
    }
    return product
  }

  /// x to the power of 8 × `count`: what `count` more bytes multiply a remainder by.
  static func power(ofBytes count: UInt64) -> UInt32 {
    var result = one
    var square: UInt32 = one >> 8
    var left = count
    while left != 0 {
      if left & 1 == 1 { result = multiply(result, square) }
      square = multiply(square, square)
      left >>= 1
    }
    return result
  }
}
