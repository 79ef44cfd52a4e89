public import Lifecycle

/// An upload that is taken up again where it broke off (tus 1.0.0).
public struct ResumableUpload: Sendable {
  /// Where it stands.
  public enum State: Sendable, Equatable {
    /// More bytes are to come.
    case receiving
    /// Whole, and waiting for the virus scanner.
    case scanning(ID<File>)
    /// A file of the space.
    case published(ID<File>)
    /// Whole, and refused by the virus scanner.
    case refused(ID<File>)
  }

  /// What it is addressed by.
  public let id: ID<Upload>
  /// Bytes of the whole file.
  public let length: Int
  /// Bytes that are stored for good; the length from the moment on in which the file is there.
  public let offset: Int
  /// `Upload-Metadata` as it came.
  public let metadata: String
  /// When it is forgotten, with what was received of an unfinished one.
  public let expiresAt: Instant
  /// Where it stands.
  public let state: State
}

/// What is said of a file when its upload is created.
public struct ResumableDraft: Sendable {
  /// The file; `announcedSize` is there.
  let file: UploadDraft
  let length: Int
  let metadata: String

  /// - Parameters:
  ///   - length: bytes of the whole file.
  ///   - metadata: `Upload-Metadata` as it came: at most 4 KiB, given back as it is.
  public init(
    name: String, contentType: String, length: Int, metadata: String, digests: [ExpectedDigest] = []
  ) {
    file = UploadDraft(name: name, contentType: contentType, announcedSize: length, digests: digests)
    self.length = length
    self.metadata = metadata
  }
}

/// What is kept of the draft until the file is whole, sealed.
struct UploadDescription: Codable, Sendable {
  let name: String
  let contentType: String
  let metadata: String
  let digests: [ExpectedDigest]
}
