import Vault

/// What is said of a file before its bytes come.
public struct UploadDraft: Sendable {
  /// As the uploader names it: 1–255 Unicode scalars, no control characters.
  public let name: String
  /// A media type of at most 255 bytes.
  public let contentType: String
  /// How many bytes were announced; nil when they come in pieces of unknown number.
  public let announcedSize: Int?
  /// What the whole file's digests are said to be.
  public let digests: [ExpectedDigest]

  /// A description, checked when the upload begins.
  public init(name: String, contentType: String, announcedSize: Int?, digests: [ExpectedDigest] = []) {
    self.name = name
    self.contentType = contentType
    self.announcedSize = announcedSize
    self.digests = digests
  }

  /// - Parameters:
  ///   - nameField: the header field that holds the name.
  ///   - typeField: the header field that holds the type.
  func check(nameField: String, typeField: String, maximumSize: Int) throws(Refusal) {
    let scalars = name.unicodeScalars
    guard (1...255).contains(scalars.count), name.utf8.count <= FileHeader.maximumNameLength,
      !scalars.contains(where: { $0.properties.generalCategory == .control })
    else { throw .invalid(field: nameField, rule: "has a file name of 1 to 255 characters, none a control") }
    guard (1...FileHeader.maximumTypeLength).contains(contentType.utf8.count) else {
      throw .invalid(field: typeField, rule: "has a media type of 1 to \(FileHeader.maximumTypeLength) bytes")
    }
    guard announcedSize ?? 0 <= maximumSize else { throw .tooLarge(limit: maximumSize) }
  }
}
