import Foundation
import Guidance
import Lifecycle
import Postgres
import Testing

/// Looks at what the storm has left in the database, as the superuser and with other code than the service's.
struct Inspection: Sendable {
  let cluster: Cluster
  let zone: CivilZone
  let rules: [NoticeRule]
  let now: Instant

  /// A space or what is left of it.
  struct Life: Sendable {
    let id: String
    let isErased: Bool
    let closes: Instant
    let archives: Instant
    let erases: Instant
    let messages: Int
    let files: Int
    /// Its journal's time is over too.
    let isForgotten: Bool
  }

  /// What no run may leave behind, as counts that must be zero.
  private static let mustBeEmpty: [(what: String, count: Query)] = [
    ("erased early", "SELECT count(*) FROM ohjaustila.tombstone WHERE erased_at < erases_at"),
    ("erased and not destroyed", "SELECT count(*) FROM ohjaustila.tombstone WHERE destroyed_at IS NULL"),
    (
      "spaces without a place in the queue, or more than one",
      "SELECT count(*) FROM ohjaustila.space s WHERE (SELECT count(*) FROM ohjaustila.due d WHERE d.space_id = s.id) <> 1"
    ),
    (
      "views that end at another instant than their right",
      """
      SELECT count(*) FROM ohjaustila.my_space m JOIN ohjaustila.space s ON s.id = m.space_id
      WHERE m.visible_until <> CASE m.role WHEN 'customer' THEN s.erases_at ELSE s.archives_at END
      """
    ),
    (
      "spaces that some participant does not see",
      """
      SELECT count(*) FROM ohjaustila.participant p WHERE NOT EXISTS (
        SELECT FROM ohjaustila.my_space m WHERE m.space_id = p.space_id AND m.participant_id = p.id)
      """
    ),
    (
      "customers who are in no space",
      """
      SELECT count(*) FROM ohjaustila.person p WHERE NOT EXISTS (
        SELECT FROM ohjaustila.participant q WHERE q.person_id = p.id)
      """
    ),
    ("customers still to be looked at", "SELECT count(*) FROM ohjaustila.person_check"),
    ("uploads nobody finished", "SELECT count(*) FROM ohjaustila.upload"),
    (
      "chunks of no file",
      """
      SELECT count(*) FROM ohjaustila.file_chunk c WHERE NOT EXISTS (
        SELECT FROM ohjaustila.file f WHERE f.space_id = c.space_id AND f.upload_id = c.upload_id)
      """
    ),
  ]

  /// Checks everything that SQL can see.
  ///
  /// - Returns: every space there ever was.
  func run(_ ledger: Ledger.Entries) async throws -> [Life] {
    #expect(try await cluster.count("SELECT count(*) FROM ohjaustila.due WHERE at <= \(now)") == 0, "left behind")
    for (what, count) in Self.mustBeEmpty { #expect(try await cluster.count(count) == 0, "\(what)") }
    try await nothingIsLeftOfTheErased()
    let lives = try await lives()
    let journals = try await journals()
    let notices = try await notices()
    for life in lives where !life.isForgotten {
      follow(life, journals[life.id] ?? [], notices[life.id] ?? [], facts: ledger.facts[life.id] ?? [:])
    }
    #expect(Set(lives.map(\.id)).isSuperset(of: ledger.spaces.map(\.id)), "an acknowledged space is missing")
    let remembered = lives.filter { !$0.isForgotten }.map(\.id)
    #expect(Set(journals.keys) == Set(remembered), "journals and spaces")
    #expect(Set(notices.keys).isSubset(of: lives.map(\.id)), "notices of no space")
    return lives
  }

  /// One space: every boundary once and in time, every notice once, every acknowledged fact in the journal.
  private func follow(
    _ life: Life, _ journal: [JournalModel.Entry], _ notices: [JournalModel.Notice], facts: [String: Int]
  ) {
    var model = JournalModel(zone: zone, rules: rules)
    do {
      for entry in journal { try model.follow(entry) }
      try model.end(at: now)
    } catch {
      Issue.record("space \(life.id): \(error)")
      return
    }
    #expect(model.closes == life.closes && model.archives == life.archives && model.erases == life.erases, "\(life.id)")
    #expect((model.state == .erased) == life.isErased, "\(life.id)")
    let planned = notices.map(\.description).sorted()
    if life.isErased {
      // An erasure takes along what waited to be sent, but for the notice of itself, which lives for a week.
      let last = model.notices.filter { $0.effectiveAt >= life.erases }.map(\.description)
      #expect(planned == last || planned.isEmpty, "notices of \(life.id)")
    } else {
      #expect(planned == model.notices.map(\.description).sorted(), "notices of \(life.id)")
    }
    let kinds = Dictionary(grouping: journal, by: \.kind).mapValues(\.count)
    #expect(kinds["messagePosted", default: 0] == life.messages && kinds["filePosted", default: 0] == life.files)
    #expect(kinds["destroyed", default: 0] == (life.isErased ? 1 : 0), "\(life.id)")
    for (kind, count) in facts { #expect(kinds[kind, default: 0] >= count, "\(kind) of \(life.id) was acknowledged") }
  }

  /// No table but the journal, the access log, the tombstones and the last notice knows an erased space, whatever tables
  /// there are.
  private func nothingIsLeftOfTheErased() async throws {
    let tables = try await cluster.ask(
      """
      SELECT table_name::text FROM information_schema.columns
      WHERE table_schema = 'ohjaustila' AND column_name = 'space_id'
        AND table_name NOT IN ('journal', 'journal_expiry', 'access_entry', 'tombstone', 'outbox', 'delivery')
      """
    ) { try $0.get(0, as: String.self) }
    #expect(tables.count > 8)
    for table in tables {
      let left = try await cluster.count(
        """
        SELECT count(*) FROM ohjaustila.\(identifier: table) t
        WHERE t.space_id IN (SELECT space_id FROM ohjaustila.tombstone)
        """)
      #expect(left == 0, "erased spaces in \(table)")
    }
    let spaces: Query = "SELECT count(*) FROM ohjaustila.space WHERE id IN (SELECT space_id FROM ohjaustila.tombstone)"
    #expect(try await cluster.count(spaces) == 0)
  }

  private func lives() async throws -> [Life] {
    try await cluster.ask(
      """
      SELECT s.id::text, false, s.closes_at, s.archives_at, s.erases_at, s.message_count, s.file_count,
        false
      FROM ohjaustila.space s
      UNION ALL
      SELECT t.space_id::text, true, t.closes_at, t.archives_at, t.erases_at, t.message_count, t.file_count,
        t.journal_expired_at IS NOT NULL
      FROM ohjaustila.tombstone t
      """
    ) { row in
      try Life(
        id: row.get(0), isErased: row.get(1), closes: row.get(2), archives: row.get(3), erases: row.get(4),
        messages: row.get(5), files: row.get(6), isForgotten: row.get(7))
    }
  }

  private func journals() async throws -> [String: [JournalModel.Entry]] {
    let entries = try await cluster.ask(
      """
      SELECT space_id::text, seq, kind, effective_at, recorded_at, entry FROM ohjaustila.journal ORDER BY space_id, seq
      """
    ) { row in
      let details = try JSONDecoder().decode(
        JournalModel.Details.self, from: Data(row.get(5, as: Bytea.self).bytes))
      return (
        try row.get(0, as: String.self),
        try JournalModel.Entry(
          sequence: row.get(1), kind: row.get(2), effectiveAt: row.get(3), recordedAt: row.get(4), details: details)
      )
    }
    return Dictionary(grouping: entries, by: \.0).mapValues { $0.map(\.1) }
  }

  private func notices() async throws -> [String: [JournalModel.Notice]] {
    let notices = try await cluster.ask(
      """
      SELECT space_id::text, kind, effective_at, boundary_at FROM ohjaustila.outbox WHERE boundary_at IS NOT NULL
      """
    ) { row in
      (
        try row.get(0, as: String.self),
        try JournalModel.Notice(code: row.get(1), effectiveAt: row.get(2), boundaryAt: row.get(3))
      )
    }
    return Dictionary(grouping: notices, by: \.0).mapValues { $0.map(\.1) }
  }
}
