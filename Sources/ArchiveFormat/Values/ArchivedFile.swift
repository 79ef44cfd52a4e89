/// One attachment of the space.
public struct ArchivedFile: Sendable, Hashable {
  /// The file's identifier in the service.
  public var id: String
  /// In this archive, for example `files/todistus.pdf` (see ``SafeNames``).
  public var path: String
  /// As the uploader named it.
  public var originalName: String
  /// Bytes.
  public var size: UInt64
  /// Lower-case hexadecimal.
  public var sha256: String
  /// As the uploader declared it, for example `application/pdf`.
  public var contentType: String
  /// When it was uploaded.
  public var uploadedAt: ArchiveInstant
  /// The uploader's name as written then; nil where none was given.
  public var uploaderName: String?
  /// The uploader's part in the space.
  public var uploaderRole: ArchivedRole

  /// Describes a file.
  public init(
    id: String, path: String, originalName: String, size: UInt64, sha256: String, contentType: String,
    uploadedAt: ArchiveInstant, uploaderName: String?, uploaderRole: ArchivedRole
  ) {
    self.id = id
    self.path = path
    self.originalName = originalName
    self.size = size
    self.sha256 = sha256
    self.contentType = contentType
    self.uploadedAt = uploadedAt
    self.uploaderName = uploaderName
    self.uploaderRole = uploaderRole
  }
}
