/// Writes space.json: the space for a machine (GDPR 20), format `ohjaustila.space`, version 1.
///
/// Members stand in a fixed order; every member is always there, with null where there is nothing. Instants are RFC 3339
/// in UTC, days `YYYY-MM-DD` in Europe/Helsinki. One message and one file a line. ``SpaceJSONSchema`` describes it.
public struct SpaceJSONRenderer: SpaceRenderer {
  /// The `format` member.
  public static let format = "ohjaustila.space"
  /// The `version` member; raised when a reader of the old one could go wrong.
  public static let version = 1

  private let document: SpaceDocument
  private var progress: RenderProgress
  private var json = JSONBytes()

  /// Renders the space of `document`.
  public init(_ document: SpaceDocument) {
    self.document = document
    progress = RenderProgress(document)
  }

  /// Everything before the messages.
  public mutating func begin(into output: inout [UInt8]) {
    progress.begin()
    json.open(UInt8(ascii: "{"))
    json.newLine()
    json.name("format")
    json.string(Self.format)
    json.member("version", Self.version)
    SpaceJSONHead.write(document, to: &json)
    openList("messages")
    json.drain(into: &output)
  }

  /// The next message.
  public mutating func message(_ message: ArchivedMessage, into output: inout [UInt8]) {
    progress.message()
    json.newLine()
    json.object { json in
      json.member("number", message.number)
      json.member("id", message.id)
      json.member("sentAt", message.sentAt.utc)
      json.name("sender")
      SpaceJSONHead.person(message.senderName, message.senderRole, to: &json)
      json.member("text", message.text)
    }
    json.drain(into: &output)
  }

  /// The next file.
  public mutating func file(_ file: ArchivedFile, into output: inout [UInt8]) {
    if progress.file() { betweenLists() }
    json.newLine()
    json.object { json in
      json.member("id", file.id)
      json.member("path", file.path)
      json.member("name", file.originalName)
      json.member("size", file.size)
      json.member("sha256", file.sha256)
      json.member("contentType", file.contentType)
      json.member("uploadedAt", file.uploadedAt.utc)
      json.name("uploader")
      SpaceJSONHead.person(file.uploaderName, file.uploaderRole, to: &json)
    }
    json.drain(into: &output)
  }

  /// Everything after the files.
  public mutating func end(into output: inout [UInt8]) {
    if progress.end() { betweenLists() }
    json.close(UInt8(ascii: "]"))
    json.close(UInt8(ascii: "}"))
    json.drain(into: &output)
    output.append(UInt8(ascii: "\n"))
  }

  private mutating func betweenLists() {
    json.close(UInt8(ascii: "]"))
    openList("files")
  }

  private mutating func openList(_ name: StaticString) {
    json.newLine()
    json.name(name)
    json.open(UInt8(ascii: "["))
  }
}
