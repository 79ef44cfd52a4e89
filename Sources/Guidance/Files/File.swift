public import Lifecycle

/// A file of a space, without its bytes.
public struct File: Sendable {
  /// Counts from one within its space, in the order published.
  public let number: Int
  /// What it is addressed by.
  public let id: ID<File>
  /// As the uploader named it; not a path, and not safe as one.
  public let name: String
  /// In bytes.
  public let size: Int
  /// As the uploader declared it; never believed.
  public let contentType: String
  /// Of the bytes.
  public let sha256: [UInt8]
  /// Of the bytes, as ZIP has it.
  public let crc32: UInt32
  /// When it was published.
  public let uploadedAt: Instant
  /// Who uploaded it.
  public let uploader: Sender
}
