public import Lifecycle

/// A file of a space, without its bytes.
public struct File: Sendable {
  /// Counts from one within its space, in the order published.
  public let number: Int
  public let id: ID<File>
  /// As the uploader named it; not a path, and not safe as one.
  public let name: String
  /// In bytes.
  public let size: Int
  public let contentType: String
  /// Of the bytes.
  public let sha256: [UInt8]
  /// Of the bytes, as ZIP has it.
  public let crc32: UInt32
  public let uploadedAt: Instant
  public let uploader: Sender
}
