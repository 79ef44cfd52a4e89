import Lifecycle
import Postgres
import Vault

/// What became of a file that arrived whole.
public enum ReceivedFile: Sendable {
  /// It is one of the space's.
  case published(File)
  /// It waits for the virus scanner, or was refused by it.
  case quarantined(QuarantinedFile)

  /// What it is, or will be, addressed by.
  public var id: ID<File> {
    switch self {
    case .published(let file): file.id
    case .quarantined(let file): file.id
    }
  }
}

extension SpaceChange {
  /// Makes a whole file one of the space's, or puts it in quarantine where files are scanned: with its last chunks, in
  /// the transaction of this change; its upload has ended, or the room kept for it would count as well.
  func publish(_ header: FileHeader, _ last: ChunkBatch) throws -> ReceivedFile {
    try requireRoom(for: Int(header.size))
    let id = ID<File>.make()
    for insertion in last.insertions(into: space.id) { try enqueue(insertion) }
    let sealed = Bytea(try cipher().seal(header, of: id))
    resource = id.uuid
    return store.options.scansFiles
      ? .quarantined(try quarantine(id, header, sealed)) : .published(try publish(id, header, sealed))
  }

  private func publish(_ id: ID<File>, _ header: FileHeader, _ sealed: Bytea) throws -> File {
    let number = nextFileNumber()
    let author = try participation()
    try enqueue(
      """
      INSERT INTO ohjaustila.file (space_id, number, id, participant_id, upload_id, uploaded_at, header, size)
      VALUES (\(space.id), \(number), \(id), \(author), \(ID<Upload>(header.uploadID)), \(now), \(sealed),
        \(Int(header.size)))
      """)
    try journal("filePosted", details: [("file", id.description)])
    return File(
      number: number, id: id, name: header.name, size: Int(header.size), contentType: header.contentType,
      sha256: header.sha256, crc32: header.crc32, uploadedAt: now, uploader: try self.author(author))
  }

  private func quarantine(_ id: ID<File>, _ header: FileHeader, _ sealed: Bytea) throws -> QuarantinedFile {
    let author = try participation()
    try enqueue(
      """
      INSERT INTO ohjaustila.quarantined_file
        (space_id, id, participant_id, upload_id, received_at, header, due_at, size)
      VALUES (\(space.id), \(id), \(author), \(ID<Upload>(header.uploadID)), \(now), \(sealed), \(now),
        \(Int(header.size)))
      """)
    try journal("fileQuarantined", details: [("file", id.description)])
    return QuarantinedFile(id: id, header: header, receivedAt: now, uploader: try self.author(author), refusal: nil)
  }

  private func author(_ participation: ID<Participation>) throws -> Sender {
    Sender(participation: participation, role: participantRole, name: try ownName())
  }
}
