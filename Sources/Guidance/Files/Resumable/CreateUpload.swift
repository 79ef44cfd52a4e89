import ArchiveFormat
import Foundation
import Lifecycle
import Postgres
import Vault

extension GuidanceStore {
  /// Begins an upload. One of no bytes at all is a file at once: clients send nothing more.
  ///
  /// - Throws: `Refusal`; `spaceFull` where the space has no room for what is announced; `tooManyUploads` when the caller
  ///   has too many under way, in all their spaces.
  public func createUpload(
    _ draft: ResumableDraft, to space: ID<Space>, by caller: Caller, request: RequestKey? = nil
  ) async throws -> ResumableUpload {
    try draft.file.check(
      nameField: "Upload-Metadata", typeField: "Upload-Metadata", maximumSize: options.maximumFileSize)
    do {
      return try await change(space, by: caller, to: .write, request: request) { change in
        try change.create(draft)
      }
    } catch let repetition as Repetition {
      return try await resumableUpload(repetition.resource(Upload.self), of: space, for: caller)
    }
  }

  /// How far an upload has come, for who created it.
  ///
  /// - Throws: `Refusal.notFound`, also for everybody else's.
  public func resumableUpload(
    _ id: ID<Upload>, of space: ID<Space>, for caller: Caller
  ) async throws -> ResumableUpload {
    try await reading(space, by: caller, to: .read, [ResumableRow.selection(id, of: space)]) { access, rows in
      guard let row = try rows[0].optionalOne() else { throw Refusal.notFound }
      return try ResumableRow(row, self.cipher(of: access)).upload
    }
  }

  /// Ends an upload: what was received of it is destroyed. Of a finished one only the trace goes, the file stays.
  ///
  /// - Throws: `Refusal.notFound`.
  public func endUpload(_ id: ID<Upload>, of space: ID<Space>, by caller: Caller) async throws {
    try await change(space, by: caller, to: .read) { change in
      // The upload's own row first, as everywhere.
      try change.giveUp(id)
      try change.enqueueUpdatingOne(
        """
        DELETE FROM ohjaustila.resumable_upload
        WHERE space_id = \(space) AND id = \(id) AND expires_at > ohjaustila.instant_now()
        """)
    }
  }
}

extension SpaceChange {
  /// Leaves an upload's chunks, if there are any, to the clean-up.
  func giveUp(_ upload: ID<Upload>) throws {
    try enqueue(ChunkStorage.givingUp(upload, of: space.id))
  }

  fileprivate func create(_ draft: ResumableDraft) throws -> ResumableUpload {
    let limit = store.options.openUploads
    // Those of several spaces are counted one after the other: this space's lock is not enough.
    try enqueue("SELECT pg_advisory_xact_lock(hashtextextended('uploads of ' || ohjaustila.principal(), 0))")
    let open = try all("SELECT ohjaustila.open_uploads()") { try $0.get(0, as: Int.self) }
    guard open[0] < limit else { throw Refusal.tooManyUploads(limit: limit) }
    let upload = ID<Upload>.make()
    let received = draft.length == 0 ? try publishEmpty(draft, upload) : nil
    if received == nil { try beginUpload(upload, size: draft.length) }
    let description = UploadDescription(
      name: draft.file.name, contentType: draft.file.contentType, metadata: draft.metadata,
      digests: draft.file.digests)
    let expiresAt = now + store.options.uploadLifetime
    try enqueue(
      """
      INSERT INTO ohjaustila.resumable_upload
        (space_id, id, participant_id, principal, length, description, expires_at, file_id)
      VALUES (\(space.id), \(upload), \(participation()), \(ID<Caller>(caller.uuid ?? upload.uuid)), \(draft.length),
        \(cipher().seal(description, of: upload)), \(expiresAt), \(received?.id))
      """)
    resource = upload.uuid
    return ResumableUpload(
      id: upload, length: draft.length, offset: 0, metadata: draft.metadata, expiresAt: expiresAt,
      state: received?.uploadState ?? .receiving)
  }

  private func publishEmpty(_ draft: ResumableDraft, _ upload: ID<Upload>) throws -> ReceivedFile {
    let digests = RunningDigests(draft.file.digests.algorithms.union([.sha256]))
    try draft.file.digests.check(digests)
    let header = try FileHeader(
      uploadID: upload.uuid, name: draft.file.name, contentType: draft.file.contentType, size: 0,
      sha256: digests[.sha256] ?? [], crc32: CRC32().value)
    return try publish(header, ChunkBatch(upload: upload, first: 0, chunks: []))
  }
}

extension ReceivedFile {
  /// What an upload that became this file says of itself.
  var uploadState: ResumableUpload.State {
    switch self {
    case .published(let file): .published(file.id)
    case .quarantined(let file): file.refusal == nil ? .scanning(file.id) : .refused(file.id)
    }
  }
}
