#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a sealed value is bound to. Each field stands behind its length (4 bytes, big-endian), so that no two lists of
/// fields give the same bytes.
struct AssociatedData: Sendable {
  private(set) var bytes: [UInt8] = []

  /// The purpose keeps one kind of sealed value from being opened as another.
  init(purpose: String, format: UInt8) {
    append(purpose)
    append([format])
  }

  mutating func append(_ field: String) { append(Array(field.utf8)) }

  mutating func append(_ field: UUID) { append(UUIDBytes.bytes(field)) }

  mutating func append(_ field: UInt64) { withUnsafeBytes(of: field.bigEndian) { append(Array($0)) } }

  mutating func append(_ field: [UInt8]) {
    withUnsafeBytes(of: UInt32(field.count).bigEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: field)
  }
}
