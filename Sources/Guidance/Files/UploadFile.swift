import ArchiveFormat
import Foundation
import Lifecycle
import Postgres
import Vault

/// What is said of a file before its bytes come.
public struct UploadDraft: Sendable {
  /// As the uploader names it: 1–255 Unicode scalars, no control characters.
  public let name: String
  /// A media type of at most 255 bytes.
  public let contentType: String
  /// What the request's Content-Length announced; nil when it came in pieces of unknown number.
  public let announcedSize: Int?

  /// A description, checked when the upload begins.
  public init(name: String, contentType: String, announcedSize: Int?) {
    self.name = name
    self.contentType = contentType
    self.announcedSize = announcedSize
  }
}

extension GuidanceStore {
  /// Receives a file, sealing it chunk by chunk, and publishes it when it is whole.
  ///
  /// What was received of an upload that breaks stays unpublished and is cleaned up.
  ///
  /// - Parameters:
  ///   - request: the client's key for a repeatable POST; a repetition is known by the file's digest, name and type, and
  ///     what it sent again is cleaned up.
  ///   - body: the bytes in pieces of any size.
  /// - Throws: `Refusal` when the caller may not write there, at the beginning or at the end; `tooLarge`; `cutOff` when
  ///   fewer bytes came than were announced.
  public func upload<Body: AsyncSequence>(
    _ draft: UploadDraft, to space: ID<Space>, by caller: Caller, request: RequestKey? = nil, body: Body
  ) async throws -> File where Body.Element == [UInt8] {
    try check(draft)
    let upload = ID<Upload>.make()
    let cipher = try await change(space, by: caller, to: .write) { change in
      try change.enqueue(
        """
        INSERT INTO ohjaustila.upload (space_id, id, participant_id, started_at)
        VALUES (\(space), \(upload), \(change.participation()), \(change.now))
        """)
      return try change.cipher()
    }
    var receiver = UploadReceiver(store: self, caller: caller, space: space, cipher: cipher.chunks(of: upload))
    for try await piece in body { try await receiver.take(piece) }
    let header = try await receiver.finish(draft)
    do {
      return try await publish(header, upload, in: space, by: caller, request: request?.with(header))
    } catch let repetition as Repetition {
      return try await download(repetition.resource(File.self), of: space, for: caller).file
    }
  }

  private func check(_ draft: UploadDraft) throws(Refusal) {
    let scalars = draft.name.unicodeScalars
    guard (1...255).contains(scalars.count), draft.name.utf8.count <= FileHeader.maximumNameLength,
      !scalars.contains(where: { $0.properties.generalCategory == .control })
    else {
      throw .invalid(field: "Content-Disposition", rule: "has a file name of 1 to 255 characters, none a control")
    }
    guard (1...FileHeader.maximumTypeLength).contains(draft.contentType.utf8.count) else {
      throw .invalid(field: "Content-Type", rule: "has 1 to \(FileHeader.maximumTypeLength) bytes")
    }
    guard draft.announcedSize ?? 0 <= options.maximumFileSize else { throw .tooLarge(limit: options.maximumFileSize) }
  }

  /// Makes the file visible: one row, under the space's lock, if the caller may still write.
  private func publish(
    _ header: FileHeader, _ upload: ID<Upload>, in space: ID<Space>, by caller: Caller, request: RequestKey?
  ) async throws -> File {
    try await change(space, by: caller, to: .write, request: request) { change in
      let (id, number) = (ID<File>.make(), change.nextFileNumber())
      let author = try change.participation()
      try change.enqueueUpdatingOne(
        "DELETE FROM ohjaustila.upload WHERE space_id = \(space) AND id = \(upload)")
      try change.enqueue(
        """
        INSERT INTO ohjaustila.file (space_id, number, id, participant_id, upload_id, uploaded_at, header)
        VALUES (\(space), \(number), \(id), \(author), \(upload), \(change.now),
          \(Bytea(change.cipher().seal(header, of: id))))
        """)
      change.resource = id.uuid
      try change.journal("filePosted", details: [("file", id.description)])
      return File(
        number: number, id: id, name: header.name, size: Int(header.size), contentType: header.contentType,
        sha256: header.sha256, crc32: header.crc32, uploadedAt: change.now,
        uploader: Sender(participation: author, role: change.participantRole, name: try change.ownName()))
    }
  }
}

extension RequestKey {
  /// The key with what identifies an upload instead of its body.
  fileprivate func with(_ header: FileHeader) -> RequestKey {
    let named = "\(header.name.utf8.count):\(header.name)\(header.contentType)"
    return RequestKey(key: key, method: method, path: path, body: header.sha256 + Array(named.utf8))
  }
}
