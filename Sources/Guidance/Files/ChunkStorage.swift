import Lifecycle
import Postgres

/// Stores chunks of an upload in transactions of their own: none stays open while a client is slow.
struct ChunkStorage: Sendable {
  let store: GuidanceStore
  let caller: Caller
  let space: ID<Space>
  let upload: ID<Upload>

  /// Commits a batch, if the caller may write there at this moment and the upload has not been given up.
  ///
  /// The upload's row is locked meanwhile: the clean-up never deletes it between a look at it and chunks that come.
  ///
  /// - Parameter beside: statements of the same transaction; each must change one row.
  /// - Throws: `Refusal` when the right has ended; `uploadLocked` when one of `beside` found nothing to change.
  func append(_ batch: ChunkBatch, beside: [Query] = []) async throws {
    let (space, upload) = (space, upload)
    do {
      try await store.service.write(preamble: [store.stating(caller, space: space)]) { transaction in
        let rows = try transaction.pipeline([Self.hold(upload, of: space), SpaceAccess.load(space, ownPlace: false)])
        try SpaceAccess(rows[1]).requireWriting()
        guard !rows[0].isEmpty else { throw Refusal.notFound }
        for insertion in batch.insertions(into: space) { try transaction.enqueue(insertion) }
        for change in beside { try transaction.enqueueUpdatingExactlyOne(change) }
      }
    } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
      // Row-level security shows the space no more: it was archived or erased between the two round trips.
      throw Refusal.notFound
    } catch let error as PostgresError where error.sqlState == .guardFailed {
      throw Refusal.uploadLocked(retryAfter: .seconds(1))
    }
  }

  /// Leaves an upload's chunks to the clean-up, as if its time were over.
  static func givingUp(_ upload: ID<Upload>, of space: ID<Space>) -> Query {
    "UPDATE ohjaustila.upload SET started_at = '-infinity' WHERE space_id = \(space) AND id = \(upload)"
  }

  /// Keeps the room and the chunks of an upload in one request for so long from now.
  static func renewing(_ upload: ID<Upload>, of space: ID<Space>, for lease: Duration) -> Query {
    """
    UPDATE ohjaustila.upload
    SET kept_until = ohjaustila.instant_now() + make_interval(secs => \(lease / .seconds(1)))
    WHERE space_id = \(space) AND id = \(upload) AND started_at > '-infinity'
    """
  }

  private static func hold(_ upload: ID<Upload>, of space: ID<Space>) -> Query {
    """
    SELECT FROM ohjaustila.upload WHERE space_id = \(space) AND id = \(upload) AND started_at > '-infinity'
    FOR KEY SHARE
    """
  }
}

extension SpaceAccess {
  /// Refuses who may not write at the moment of the reading.
  func requireWriting() throws(Refusal) {
    try Permissions.check(
      .write, roles: roles, state: state, restricted: space.isRestricted, since: space.timeline.beginning(of: state))
  }
}
