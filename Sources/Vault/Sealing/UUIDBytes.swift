#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// UUIDs as their 16 bytes, in the order of RFC 9562.
enum UUIDBytes {
  static func bytes(_ uuid: UUID) -> [UInt8] { withUnsafeBytes(of: uuid.uuid) { Array($0) } }

  /// nil unless there are exactly 16 bytes.
  static func uuid(_ bytes: some Collection<UInt8>) -> UUID? {
    guard bytes.count == 16 else { return nil }
    var raw = zero
    withUnsafeMutableBytes(of: &raw) { $0.copyBytes(from: bytes) }
    return UUID(uuid: raw)
  }

  private static let zero: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
}
