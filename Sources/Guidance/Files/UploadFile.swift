import ArchiveFormat
import Foundation
import Lifecycle
import Logging
import Postgres
import Vault

extension GuidanceStore {
  /// Receives a file, sealing it chunk by chunk, and publishes it when it is whole.
  ///
  /// What was received of an upload that breaks stays unpublished and is cleaned up.
  ///
  /// - Parameters:
  ///   - request: the client's key for a repeatable POST; a repetition is known by the file's digest, name and type, and
  ///     what it sent again is cleaned up.
  ///   - body: the bytes in pieces of any size.
  /// - Throws: `Refusal` when the caller may not write there, at the beginning or at any time until the end; `tooLarge`;
  ///   `spaceFull`, at the beginning for what is announced and at the end for what came; `cutOff` when fewer bytes came
  ///   than were announced; `digestMismatch`.
  public func upload<Body: AsyncSequence>(
    _ draft: UploadDraft, to space: ID<Space>, by caller: Caller, request: RequestKey? = nil, body: Body
  ) async throws -> ReceivedFile where Body.Element == [UInt8] {
    try draft.check(
      nameField: "Content-Disposition", typeField: "Content-Type", maximumSize: options.maximumFileSize)
    let upload = ID<Upload>.make()
    let cipher = try await change(space, by: caller, to: .write) { change in
      try change.beginUpload(upload, size: draft.announcedSize ?? 0)
      return try change.cipher().chunks(of: upload)
    }
    do {
      return try await receive(draft, under: cipher, to: space, by: caller, request: request, body: body)
    } catch {
      await giveUp(upload, of: space, by: caller)
      guard let repetition = error as? Repetition else { throw error }
      return try await received(repetition.resource(File.self), of: space, for: caller)
    }
  }

  private func receive<Body: AsyncSequence>(
    _ draft: UploadDraft, under cipher: ChunkCipher, to space: ID<Space>, by caller: Caller, request: RequestKey?,
    body: Body
  ) async throws -> ReceivedFile where Body.Element == [UInt8] {
    let storage = ChunkStorage(store: self, caller: caller, space: space, upload: cipher.upload)
    var receiver = UploadReceiver(
      cipher, limit: options.maximumFileSize, digests: draft.digests.algorithms.union([.sha256]),
      store: { try await storage.append($0) })
    for try await piece in body { try await receiver.take(piece) }
    if let announced = draft.announcedSize, announced != receiver.size { throw Refusal.cutOff }
    try draft.digests.check(receiver.digests)
    let last = receiver.last()
    let header = try FileHeader(
      uploadID: cipher.upload.uuid, name: draft.name, contentType: draft.contentType, size: UInt64(receiver.size),
      sha256: receiver.digests[.sha256] ?? [], crc32: receiver.checksum.value)
    return try await change(space, by: caller, to: .write, request: request?.with(header)) { change in
      try change.endUpload(cipher.upload)
      return try change.publish(header, last)
    }
  }

  /// Leaves what came of an upload to the next clean-up; nothing happens to one that became a file. Not cut off by a
  /// cancellation.
  private func giveUp(_ upload: ID<Upload>, of space: ID<Space>, by caller: Caller) async {
    let update = ChunkStorage.givingUp(upload, of: space)
    await Task { [service, logger] in
      do {
        _ = try await service.write(preamble: [stating(caller, space: space)]) { try $0.execute(update) }
      } catch {
        logger.notice("a broken upload's bytes stay until its time is over", metadata: ["error": "\(error)"])
      }
    }.value
  }

  /// A file that arrived, wherever it is now.
  ///
  /// - Throws: `Refusal.notFound` when it is nowhere any more.
  func received(_ id: ID<File>, of space: ID<Space>, for caller: Caller) async throws -> ReceivedFile {
    if let waiting = try await quarantine(of: space, for: caller).first(where: { $0.id == id }) {
      return .quarantined(waiting)
    }
    return .published(try await download(id, of: space, for: caller).file)
  }
}

extension SpaceChange {
  /// Makes room for chunks that are nobody's file yet.
  ///
  /// - Parameter size: bytes that were announced, kept free for them until the upload ends; nought where none were.
  func beginUpload(_ upload: ID<Upload>, size: Int) throws {
    try requireRoom(for: size)
    try enqueue(
      """
      INSERT INTO ohjaustila.upload (space_id, id, participant_id, started_at, size)
      VALUES (\(space.id), \(upload), \(participation()), \(now), \(size))
      """)
  }

  /// The chunks become a file's; nothing is committed when the upload was given up meanwhile.
  func endUpload(_ upload: ID<Upload>) throws {
    try enqueueUpdatingOne(
      """
      DELETE FROM ohjaustila.upload WHERE space_id = \(space.id) AND id = \(upload) AND started_at > '-infinity'
      """)
  }
}

extension RequestKey {
  /// The key with what identifies an upload instead of its body.
  fileprivate func with(_ header: FileHeader) -> RequestKey {
    let named = "\(header.name.utf8.count):\(header.name)\(header.contentType)"
    return RequestKey(key: key, method: method, path: path, body: header.sha256 + Array(named.utf8))
  }
}
