#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension FileHeader {
  private static let format: UInt8 = 1
  /// Format, upload, size, chunk size, SHA-256, CRC-32 and two lengths.
  private static let fixedLength = 1 + 16 + 8 + 4 + 32 + 4 + 2 + 2

  /// The one encoding of this header, big-endian: format (1 byte) ‖ upload (16) ‖ size (8) ‖ chunk size (4) ‖ SHA-256 (32)
  /// ‖ CRC-32 (4) ‖ length (2) and bytes of the name ‖ length (2) and bytes of the content type.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = [Self.format] + UUIDBytes.bytes(uploadID)
    Self.append(size, to: &bytes)
    Self.append(chunkSize, to: &bytes)
    bytes += sha256
    Self.append(crc32, to: &bytes)
    for text in [name, contentType] {
      Self.append(UInt16(text.utf8.count), to: &bytes)
      bytes += Array(text.utf8)
    }
    return bytes
  }

  /// Reads ``encoded``; any other bytes are refused.
  public init(decoding bytes: [UInt8]) throws(FileHeaderError) {
    guard bytes.count >= Self.fixedLength, bytes[0] == Self.format else { throw .malformed }
    var rest = bytes[1...]
    guard let uploadID = UUIDBytes.uuid(try Self.take(16, from: &rest)) else { throw .malformed }
    let size: UInt64 = try Self.number(from: &rest)
    let chunkSize: UInt32 = try Self.number(from: &rest)
    let sha256 = Array(try Self.take(32, from: &rest))
    let crc32: UInt32 = try Self.number(from: &rest)
    let name = try Self.text(from: &rest)
    let contentType = try Self.text(from: &rest)
    guard rest.isEmpty else { throw .malformed }
    try self.init(
      uploadID: uploadID, name: name, contentType: contentType, size: size, chunkSize: chunkSize, sha256: sha256,
      crc32: crc32)
  }

  private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    Swift.withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
  }

  private static func take(_ count: Int, from rest: inout ArraySlice<UInt8>) throws(FileHeaderError)
    -> ArraySlice<UInt8>
  {
    guard rest.count >= count else { throw .malformed }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  private static func number<Number: FixedWidthInteger>(
    from rest: inout ArraySlice<UInt8>
  ) throws(FileHeaderError) -> Number {
    try take(Number.bitWidth / 8, from: &rest).reduce(0) { $0 << 8 | Number($1) }
  }

  private static func text(from rest: inout ArraySlice<UInt8>) throws(FileHeaderError) -> String {
    let length: UInt16 = try number(from: &rest)
    guard let text = String(validating: try take(Int(length), from: &rest), as: UTF8.self) else { throw .malformed }
    return text
  }
}
