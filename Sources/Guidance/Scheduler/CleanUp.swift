import Lifecycle
import Postgres

extension GuidanceStore {
  /// Cleans up uploads that were never finished (as soon as their lease is over where their process was killed, and at
  /// once where whoever began them is not in the space any more), what clients might have asked of finished ones, links that have expired
  /// and request keys that are too old to be recognised.
  func cleanUp() async throws {
    let lifetime = "\(options.uploadLifetime.components.seconds) seconds"
    while try await forgetUpload(olderThan: lifetime) {}
    try await destroyOldNotices()
    _ = try await scheduler.write(preamble: [stating(nil)]) { transaction in
      try transaction.enqueue("DELETE FROM ohjaustila.archive_link WHERE expires_at <= ohjaustila.instant_now()")
      try transaction.execute(
        """
        DELETE FROM ohjaustila.idempotency
        WHERE created_at <= ohjaustila.instant_now() - make_interval(hours => \(Int32(RequestKey.lifetimeHours)))
        """)
      try transaction.execute(
        "DELETE FROM ohjaustila.resumable_upload WHERE expires_at <= ohjaustila.instant_now()")
    }
  }

  /// Deletes one abandoned upload's chunks, a bounded number a transaction, and then its row.
  private func forgetUpload(olderThan lifetime: String) async throws -> Bool {
    try await scheduler.write(preamble: [stating(nil)]) { transaction in
      let upload = try transaction.optionalOne(
        """
        SELECT u.space_id, u.id FROM ohjaustila.upload u
        WHERE u.started_at <= ohjaustila.instant_now() - \(lifetime)::interval
          OR u.kept_until <= ohjaustila.instant_now()
          OR EXISTS (SELECT FROM ohjaustila.participant p
            WHERE p.space_id = u.space_id AND p.id = u.participant_id AND p.left_at IS NOT NULL)
        ORDER BY u.started_at LIMIT 1 FOR UPDATE OF u SKIP LOCKED
        """
      ) { (try $0.get(0, as: ID<Space>.self), try $0.get(1, as: ID<Upload>.self)) }
      guard let (space, id) = upload else { return false }
      // First, and with the upload's row locked: from now on nothing is added to it.
      try transaction.execute(
        "DELETE FROM ohjaustila.resumable_upload WHERE space_id = \(space) AND id = \(id) AND file_id IS NULL")
      let deleted = try transaction.execute(
        """
        DELETE FROM ohjaustila.file_chunk WHERE space_id = \(space) AND upload_id = \(id) AND index IN (
          SELECT index FROM ohjaustila.file_chunk WHERE space_id = \(space) AND upload_id = \(id)
          LIMIT \(Destruction.chunksAtOnce))
        """)
      if deleted < Destruction.chunksAtOnce {
        try transaction.execute("DELETE FROM ohjaustila.upload WHERE space_id = \(space) AND id = \(id)")
      }
      return true
    }
  }
}
