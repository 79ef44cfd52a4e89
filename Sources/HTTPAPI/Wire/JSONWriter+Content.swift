import Guidance

extension JSONWriter {
  /// A message.
  mutating func write(_ message: Message) {
    object { json in
      json.member("id", message.id.description)
      json.member("number", message.number)
      json.member("text", message.text)
      json.member("sentAt", message.sentAt)
      json.optional("removedAt", message.removedAt)
      json.sender("sender", message.sender)
    }
  }

  /// A file, without its bytes.
  mutating func write(_ file: File) {
    object { json in
      json.member("id", file.id.description)
      json.member("number", file.number)
      json.member("name", file.name)
      json.member("size", file.size)
      json.member("sha256", file.sha256.hexadecimal)
      json.member("contentType", file.contentType)
      json.member("uploadedAt", file.uploadedAt)
      json.sender("uploader", file.uploader)
    }
  }

  /// What of a space's room for files is taken.
  mutating func members(of room: SpaceRoom) {
    object("room") { json in
      json.member("usedBytes", room.usedBytes)
      json.member("limitBytes", room.limits.bytes)
      json.member("usedFiles", room.usedFiles)
      json.member("limitFiles", room.limits.files)
    }
  }

  /// A link to an archive; only where it has just been made with its address.
  mutating func write(_ link: ArchiveLink, url: String? = nil) {
    object { json in
      json.member("id", link.id.description)
      json.optional("url", url)
      json.member("createdAt", link.createdAt)
      json.member("expiresAt", link.expiresAt)
      json.member("etag", EntityTag(link.entityTag).field)
    }
  }

  /// A file that waits for the virus scanner, or was refused by it.
  mutating func write(_ file: QuarantinedFile) {
    object { json in
      json.member("id", file.id.description)
      json.member("name", file.name)
      json.member("size", file.size)
      json.member("sha256", file.sha256.hexadecimal)
      json.member("contentType", file.contentType)
      json.member("uploadedAt", file.receivedAt)
      json.sender("uploader", file.uploader)
      json.member("scan", file.refusal == nil ? "pending" : "refused")
      json.optional("reason", file.refusal)
    }
  }

  /// An upload that can be resumed.
  mutating func write(_ upload: ResumableUpload) {
    object { json in
      json.member("id", upload.id.description)
      json.member("state", upload.state.name)
      json.member("offset", upload.offset)
      json.member("length", upload.length)
      json.member("expiresAt", upload.expiresAt)
      json.optional("fileId", upload.state.file?.description)
    }
  }

  /// A customer's feedback.
  mutating func write(_ feedback: Feedback) {
    object { json in
      json.member("rating", feedback.rating)
      json.optional("text", feedback.text)
      json.member("givenAt", feedback.givenAt)
    }
  }
}

extension ResumableUpload.State {
  /// As clients know it.
  fileprivate var name: String {
    switch self {
    case .receiving: "receiving"
    case .scanning: "scanning"
    case .published: "published"
    case .refused: "refused"
    }
  }

  /// The file that the upload became; nothing while it has not.
  var file: ID<File>? {
    switch self {
    case .receiving: nil
    case .scanning(let file), .published(let file), .refused(let file): file
    }
  }
}
