import Lifecycle
import Postgres

extension GuidanceStore {
  /// Adds to what a customer has taken of an edition, and tells the journal: on the first download of a local day, and
  /// when the edition is whole for the first time that day. So much as that, however many requests it takes.
  ///
  /// - Throws: `Refusal` when the customer's right has ended.
  func record(_ taken: TakenArchive) async throws {
    let zone = self.zone
    try await change(taken.key.space, by: taken.caller, to: .download) { change in
      let today = zone.date(of: change.now)
      guard let total = try change.all(taken.adding(at: change.now, in: change, today: today), Total.init).first else {
        return
      }
      guard total.isNewDay || total.isNewlyWhole else { return }
      try change.journal("archiveDownloaded", details: taken.details(total))
      try change.enqueueUpdatingOne(
        """
        UPDATE ohjaustila.archive_taken SET journaled_on = \(today), journaled_whole = is_whole
        WHERE space_id = \(change.space.id) AND participant_id = \(change.participation())
          AND entity_tag = \(taken.key.entityTag)
        """)
    }
  }
}

/// What stands in the row after an addition.
private struct Total {
  let bytes: Int
  let requests: Int
  let isWhole: Bool
  let isNewDay: Bool
  let isNewlyWhole: Bool

  init(_ row: Row) throws {
    var cells = row.cells
    bytes = try cells.next()
    requests = try cells.next()
    isWhole = try cells.next()
    isNewDay = try cells.next()
    let isJournaledWhole: Bool = try cells.next()
    isNewlyWhole = isWhole && !isJournaledWhole
  }
}

extension TakenArchive {
  /// Ids and counts only: of this edition so far, over all days.
  fileprivate func details(_ total: Total) -> [(name: String, value: String)] {
    [
      ("edition", key.entityTag), ("bytes", String(total.bytes)), ("requests", String(total.requests)),
      ("whole", String(total.isWhole)),
    ]
  }

  fileprivate func adding(at now: Instant, in change: SpaceChange, today: CivilDate) throws -> Query {
    """
    INSERT INTO ohjaustila.archive_taken AS t
      (space_id, participant_id, entity_tag, length, covered, bytes, requests, first_at, last_at)
    VALUES (\(key.space), \(try change.participation()), \(key.entityTag), \(Int(length)),
      \(multirange)::int8multirange, \(Int(bytes)), \(requests), \(now), \(now))
    ON CONFLICT (space_id, participant_id, entity_tag) DO UPDATE SET
      covered = CASE WHEN (SELECT count(*) FROM unnest(t.covered + excluded.covered)) <= \(Self.maximumPieces)
        THEN t.covered + excluded.covered ELSE t.covered END,
      bytes = t.bytes + excluded.bytes, requests = t.requests + excluded.requests,
      last_at = greatest(t.last_at, excluded.last_at)
    RETURNING t.bytes, t.requests, t.is_whole, t.journaled_on < \(today),
      t.journaled_whole AND t.journaled_on = \(today)
    """
  }
}
