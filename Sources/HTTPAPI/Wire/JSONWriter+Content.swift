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

  /// A customer's feedback.
  mutating func write(_ feedback: Feedback) {
    object { json in
      json.member("rating", feedback.rating)
      json.optional("text", feedback.text)
      json.member("givenAt", feedback.givenAt)
    }
  }
}
