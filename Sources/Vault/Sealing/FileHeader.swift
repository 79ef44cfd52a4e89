#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// What there is to know of an uploaded file; stored sealed, so that a dump tells neither names nor known files' hashes.
///
/// Its upload, size and chunk count fix which chunks belong to it: one left out, added or taken from another upload does
/// not open as this file.
public struct FileHeader: Sendable, Hashable {
  /// The upload attempt whose chunks are the file; ``Sealer/forUpload(_:)`` opens them.
  public let uploadID: UUID
  /// As the uploader named it; at most 1,024 bytes of UTF-8.
  public let name: String
  /// As the uploader declared it; at most 255 bytes of UTF-8.
  public let contentType: String
  /// Bytes.
  public let size: UInt64
  /// Bytes of each chunk but the last, which has 1 to this many; positive.
  public let chunkSize: UInt32
  /// Of the whole plaintext; 32 bytes.
  public let sha256: [UInt8]
  /// Of the whole plaintext, as ZIP has it.
  public let crc32: UInt32

  /// Longest `name` in bytes of UTF-8.
  public static let maximumNameLength = 1024
  /// Longest `contentType` in bytes of UTF-8.
  public static let maximumTypeLength = 255

  /// Describes a file; throws which field is out of its bounds.
  public init(
    uploadID: UUID, name: String, contentType: String, size: UInt64, chunkSize: UInt32 = UInt32(Sealer.chunkSize),
    sha256: [UInt8], crc32: UInt32
  ) throws(FileHeaderError) {
    guard name.utf8.count <= Self.maximumNameLength else { throw .outOfBounds(field: "name") }
    guard contentType.utf8.count <= Self.maximumTypeLength else { throw .outOfBounds(field: "contentType") }
    guard size <= UInt64(Int64.max) else { throw .outOfBounds(field: "size") }
    guard chunkSize > 0 else { throw .outOfBounds(field: "chunkSize") }
    guard sha256.count == 32 else { throw .outOfBounds(field: "sha256") }
    self.uploadID = uploadID
    self.name = name
    self.contentType = contentType
    self.size = size
    self.chunkSize = chunkSize
    self.sha256 = sha256
    self.crc32 = crc32
  }

  /// Chunks of the file; 0 for an empty one.
  public var chunkCount: UInt64 { (size + UInt64(chunkSize) - 1) / UInt64(chunkSize) }

  /// Bytes of plaintext in chunk `index`, which must be less than ``chunkCount``.
  public func length(ofChunk index: UInt64) -> Int {
    precondition(index < chunkCount, "no such chunk")
    return Int(min(UInt64(chunkSize), size - index * UInt64(chunkSize)))
  }
}
