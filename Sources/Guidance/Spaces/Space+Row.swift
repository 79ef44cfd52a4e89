import Lifecycle
import Postgres

extension Space {
  /// The envelope's columns, in the order `init(cells:)` reads them; `s` is the table.
  static let columns: Query = """
    s.id, s.organisation_id, s.register, s.policy_version, s.language, s.topics, s.version, s.created_at,
    s.opened_at, s.anchor_at, s.anchor_kind, s.closed_at, s.archived_early_at, s.hold_last_day, s.hold_reason,
    s.restricted_at, s.grace_last_day, s.erasure_decided_at,
    s.promised_active_last_day, s.promised_active_passed_at, s.promised_reactivatable_last_day,
    s.promised_reactivatable_passed_at, s.promised_sealed_last_day, s.promised_sealed_passed_at,
    s.promised_archived_last_day,
    s.closes_at, s.seals_at, s.archives_at, s.erases_at, s.base_erases_at,
    s.active_last_day, s.reactivatable_last_day, s.sealed_last_day, s.archived_last_day,
    s.journaled_through, s.journal_seq, s.journal_hash, s.journal_at,
    s.message_count, s.file_count, s.content_at
    """

  /// Reads a row of nothing but `Space.columns`.
  init(_ row: Row) throws {
    var cells = row.cells
    try self.init(cells: &cells)
  }

  /// Reads the columns of `Space.columns`.
  init(cells: inout Cells) throws {
    id = try cells.next()
    organisation = try cells.next()
    register = try cells.next()
    policyVersion = try cells.next()
    language = try cells.next()
    topics = try cells.next()
    version = try cells.next()
    createdAt = try cells.next()
    life = try Life(policyVersion: policyVersion, cells: &cells)
    timeline = try Timeline(cells: &cells)
    journaledThrough = try cells.next()
    journal = try JournalHead(sequence: cells.next(), hash: cells.next(as: Bytea.self).bytes, at: cells.next())
    messageCount = try cells.next()
    fileCount = try cells.next()
    contentAt = try cells.next()
  }
}

extension Life {
  fileprivate init(policyVersion: Int, cells: inout Cells) throws {
    try self.init(policyVersion: policyVersion, openedAt: cells.next())
    anchorAt = try cells.next()
    anchorKind = try cells.next()
    closedAt = try cells.next()
    archivedEarlyAt = try cells.next()
    holdLastDay = try cells.next()
    holdReason = try cells.next()
    restrictedAt = try cells.next()
    graceLastDay = try cells.next()
    erasureDecidedAt = try cells.next()
    promise = try Promise(cells: &cells)
  }
}

extension Promise {
  /// Nil where no policy has changed.
  fileprivate init?(cells: inout Cells) throws {
    let active = try End(cells: &cells)
    let (reactivatable, sealed) = (try End(cells: &cells), try End(cells: &cells))
    let archived = try cells.next(as: CivilDate?.self)
    // The table's CHECKs: all of the last three, or none of the four.
    guard let reactivatable, let sealed, let archived else { return nil }
    self.init(active: active, reactivatable: reactivatable, sealed: sealed, archived: archived)
  }
}

extension Promise.End {
  fileprivate init?(cells: inout Cells) throws {
    let (lastDay, passedAt) = (try cells.next(as: CivilDate?.self), try cells.next(as: Instant?.self))
    guard let lastDay else { return nil }
    self.init(lastDay: lastDay, passedAt: passedAt)
  }
}

extension Timeline {
  fileprivate init(cells: inout Cells) throws {
    try self.init(
      closesAt: cells.next(), sealsAt: cells.next(), archivesAt: cells.next(), erasesAt: cells.next(),
      baseErasesAt: cells.next(),
      lastDays: LastDays(
        active: cells.next(), reactivatable: cells.next(), sealed: cells.next(), archived: cells.next()))
  }
}
