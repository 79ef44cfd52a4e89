import Lifecycle
import Postgres
import Vault

/// A published file with what opens its chunks.
struct FileRow: Sendable {
  let file: File
  let header: FileHeader
  let upload: ID<Upload>

  static func selection(_ space: ID<Space>, _ condition: Query) -> Query {
    """
    SELECT f.number, f.id, f.participant_id, f.upload_id, f.uploaded_at, f.header FROM ohjaustila.file f
    WHERE f.space_id = \(space) AND \(condition)
    """
  }

  init(_ row: Row, _ cipher: SpaceCipher, _ senders: Senders) throws {
    var cells = row.cells
    let (number, id): (Int, ID<File>) = try (cells.next(), cells.next())
    let uploader = senders[try cells.next()]
    upload = try cells.next()
    let uploadedAt: Instant = try cells.next()
    header = try cipher.openHeader(cells.next(), of: id)
    guard header.uploadID == upload.uuid else { throw DamagedContent(what: "a file's header names another upload") }
    file = File(
      number: number, id: id, name: header.name, size: Int(header.size), contentType: header.contentType,
      sha256: header.sha256, crc32: header.crc32, uploadedAt: uploadedAt, uploader: uploader)
  }
}

/// Stored content is not what it should be: a chunk is missing, or something does not belong together.
struct DamagedContent: Error, CustomStringConvertible {
  let what: String
  var description: String { "damaged content: \(what)" }
}
