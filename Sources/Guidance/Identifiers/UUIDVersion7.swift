import Foundation

extension UUID {
  /// A UUID of version 7 (RFC 9562 §5.7): 48 bits of Unix time in milliseconds, the rest random.
  static func version7(milliseconds: UInt64) -> UUID {
    // Foundation's UUID() opens, reads and closes /dev/urandom each time: a sixth of a sweep's own work.
    var generator = SystemRandomNumberGenerator()
    var bytes = unsafeBitCast((generator.next(), generator.next()), to: uuid_t.self)
    bytes.0 = UInt8(truncatingIfNeeded: milliseconds >> 40)
    bytes.1 = UInt8(truncatingIfNeeded: milliseconds >> 32)
    bytes.2 = UInt8(truncatingIfNeeded: milliseconds >> 24)
    bytes.3 = UInt8(truncatingIfNeeded: milliseconds >> 16)
    bytes.4 = UInt8(truncatingIfNeeded: milliseconds >> 8)
    bytes.5 = UInt8(truncatingIfNeeded: milliseconds)
    bytes.6 = 0x70 | (bytes.6 & 0x0F)
    bytes.8 = 0x80 | (bytes.8 & 0x3F)
    return UUID(uuid: bytes)
  }
}

extension UUID {
  /// Not before any other: where a list that goes downwards begins.
  static let greatest = UUID(
    uuid: (255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))
}
