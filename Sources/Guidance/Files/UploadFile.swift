import ArchiveFormat
import Foundation
import Lifecycle
import Logging
import Postgres
import Vault

extension GuidanceStore {
  /// Receives a file, sealing it chunk by chunk, and publishes it when it is whole.
  ///
  /// What was received of an upload that breaks stays unpublished and is cleaned up; of a process that was killed, when
  /// nothing has been heard of it for `postLease`.
  ///
  /// - Parameters:
  ///   - request: the client's key for a repeatable POST; a repetition is known by the file's digest, name and type. It
  ///     needs no room: what comes under a key that has made something is compared and not stored.
  ///   - body: the bytes in pieces of any size.
  /// - Throws: `Refusal` when the caller may not write there, at the beginning or at any time until the end; `tooLarge`;
  ///   `spaceFull`, at the beginning for what is announced, or where nothing is as soon as what came is too much;
  ///   `cutOff` when fewer bytes came than were announced; `digestMismatch`.
  public func upload<Body: AsyncSequence>(
    _ draft: UploadDraft, to space: ID<Space>, by caller: Caller, request: RequestKey? = nil, body: Body
  ) async throws -> ReceivedFile where Body.Element == [UInt8] {
    try draft.check(
      nameField: "Content-Disposition", typeField: "Content-Type", maximumSize: options.maximumFileSize)
    let begun = try await begin(draft, to: space, by: caller, request: request)
    do {
      async let _: Void = keepAlive(begun, of: space, by: caller)
      return try await receive(draft, begun, to: space, by: caller, request: request, body: body)
    } catch {
      if begun.isStored { await giveUp(begun.upload, of: space, by: caller) }
      guard let repetition = error as? Repetition else { throw error }
      return try await received(repetition.resource(File.self), of: space, for: caller)
    }
  }

  private func begin(
    _ draft: UploadDraft, to space: ID<Space>, by caller: Caller, request: RequestKey?
  ) async throws -> BegunUpload {
    let upload = ID<Upload>.make()
    if let request, let cipher = try await cipher(of: upload, repeating: request, to: space, by: caller) {
      return BegunUpload(cipher: cipher, isStored: false)
    }
    return try await change(space, by: caller, to: .write) { change in
      try change.beginUpload(upload, size: draft.announcedSize ?? 0, lease: self.options.postLease)
      return BegunUpload(cipher: try change.cipher().chunks(of: upload), isStored: true)
    }
  }

  /// Nil where the request's key has made nothing yet. What it made is shown to who reads the space, also where nobody
  /// may write any more.
  private func cipher(
    of upload: ID<Upload>, repeating request: RequestKey, to space: ID<Space>, by caller: Caller
  ) async throws -> ChunkCipher? {
    let earlier = idempotency(request, of: caller).earlier
    return try await reading(space, by: caller, to: .read, [earlier]) { access, rows in
      rows[rows.startIndex].isEmpty ? nil : try self.cipher(of: access).chunks(of: upload)
    }
  }

  private func receive<Body: AsyncSequence>(
    _ draft: UploadDraft, _ begun: BegunUpload, to space: ID<Space>, by caller: Caller, request: RequestKey?,
    body: Body
  ) async throws -> ReceivedFile where Body.Element == [UInt8] {
    let storage = ChunkStorage(store: self, caller: caller, space: space, upload: begun.upload)
    var receiver = UploadReceiver(
      begun.cipher, limit: options.maximumFileSize, digests: draft.digests.algorithms.union([.sha256]),
      store: { batch in
        guard begun.isStored else { return }
        if draft.announcedSize == nil { try await self.makeRoom(for: batch, in: space, by: caller) }
        try await storage.append(batch)
      })
    for try await piece in body { try await receiver.take(piece) }
    if let announced = draft.announcedSize, announced != receiver.size { throw Refusal.cutOff }
    try draft.digests.check(receiver.digests)
    let last = receiver.last()
    let header = try FileHeader(
      uploadID: begun.upload.uuid, name: draft.name, contentType: draft.contentType, size: UInt64(receiver.size),
      sha256: receiver.digests[.sha256] ?? [], crc32: receiver.checksum.value)
    return try await change(space, by: caller, to: .write, request: request?.with(header)) { change in
      // The key's day ended while the bytes came: asked again, they are new.
      guard begun.isStored else { throw Refusal.idempotencyInProgress }
      try change.endUpload(begun.upload)
      return try change.publish(header, last)
    }
  }

  /// Of an upload whose length nobody has said: takes room for what is about to be stored, under the space's lock, so
  /// that of many at once no more is stored than fits.
  private func makeRoom(for batch: ChunkBatch, in space: ID<Space>, by caller: Caller) async throws {
    let size = batch.chunks.count * Sealer.chunkSize
    try await change(space, by: caller, to: .write) { change in
      try change.requireRoomForMore(size)
      try change.enqueueUpdatingOne(
        """
        UPDATE ohjaustila.upload SET size = size + \(size)
        WHERE space_id = \(space) AND id = \(batch.upload) AND started_at > '-infinity'
        """)
    }
  }

  /// Says again and again that an upload's request is alive, until the task is cancelled. One that can't be said is said
  /// the next time.
  private func keepAlive(_ begun: BegunUpload, of space: ID<Space>, by caller: Caller) async {
    guard begun.isStored else { return }
    let renewal = ChunkStorage.renewing(begun.upload, of: space, for: options.postLease)
    while (try? await Task.sleep(for: options.postLease / 3)) != nil {
      do {
        _ = try await service.write(preamble: [stating(caller, space: space)]) { try $0.execute(renewal) }
      } catch is CancellationError {
        return
      } catch {
        logger.notice("an upload's lease was not renewed", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Leaves what came of an upload to the next clean-up; nothing happens to one that became a file, and that of who does
  /// not see the space any more goes without it. Not cut off by a cancellation.
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

/// An upload in one request.
private struct BegunUpload: Sendable {
  let cipher: ChunkCipher
  /// False for bytes that are only compared: their request's key has made something before.
  let isStored: Bool
  var upload: ID<Upload> { cipher.upload }
}

extension SpaceChange {
  /// Makes room for chunks that are nobody's file yet.
  ///
  /// - Parameters:
  ///   - size: bytes that were announced, kept free for them until the upload ends; nought where none were.
  ///   - lease: how long it is kept when nothing is heard of it; nil for one that is resumed by many requests.
  func beginUpload(_ upload: ID<Upload>, size: Int, lease: Duration? = nil) throws {
    try requireRoom(for: size)
    let keptUntil = lease.map { now + $0 } ?? Instant.distantFuture
    try enqueue(
      """
      INSERT INTO ohjaustila.upload (space_id, id, participant_id, started_at, size, kept_until)
      VALUES (\(space.id), \(upload), \(participation()), \(now), \(size), \(keptUntil))
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
