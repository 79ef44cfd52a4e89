import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// The access log and the journals of erased spaces end with their time, and what is left is verified as before.
@Suite struct ExpiryTests {
  @Test func entriesExpireOnTheirDay() async throws {
    try await Cast.with { cast in
      let (store, zone) = (cast.store, cast.store.zone)
      let space = try await cast.space()
      let first = store.clock.now
      _ = try await store.messages(of: space, PageRequest(), for: cast.counsellor)
      try await cast.installation.advance(to: first + .seconds(40 * 86_400))
      let customer = try await cast.customer()
      for _ in 0..<3 { _ = try await store.messages(of: space, PageRequest(), for: customer) }
      try await store.accesses.flush()

      let due = zone.deadline(from: zone.date(of: first), period: Period(months: 24) ?? .zero).boundary
      #expect(try await cast.installation.advance(to: due - .seconds(1)).accessesExpired == 0)
      #expect(try await store.verifyAccessLog().entries == 5)
      // Opening the space was a look at it too.
      #expect(try await cast.installation.advance(to: due).accessesExpired == 2)
      let verified = try await store.verifyAccessLog()
      #expect(verified.firstBreak == nil && verified.entries == 3 && verified.expired == 2)
      // The chain goes on behind the anchor.
      try store.accesses.note(Self.look(at: store.clock.now))
      try await store.accesses.flush()
      #expect(try await store.verifyAccessLog().entries == 4)

      #expect(try await cast.installation.advance(to: due + .seconds(41 * 86_400)).accessesExpired == 3)
      let later = try await store.verifyAccessLog()
      #expect(later.firstBreak == nil && later.entries == 1 && later.expired == 5)
      #expect(try await store.sweep().accessesExpired == 0)
    }
  }

  /// A batch goes as a whole: an older entry stays for as long as a newer one beside it.
  @Test func batchesGoWhole() async throws {
    try await Cast.with { cast in
      let store = cast.store
      let now = store.clock.now
      for days in [800, 700] { try store.accesses.note(Self.look(at: now - .seconds(days * 86_400))) }
      try await store.accesses.flush()
      #expect(try await store.sweep().accessesExpired == 0)
      for _ in 0..<1200 { try store.accesses.note(Self.look(at: now - .seconds(800 * 86_400))) }
      try await store.accesses.flush()
      #expect(try await store.sweep().accessesExpired == 0, "a chain ends from its beginning")
      #expect(try await cast.installation.advance(to: now + .seconds(60 * 86_400)).accessesExpired == 1202)
      let verified = try await store.verifyAccessLog()
      #expect(verified == AccessLogVerification(chains: 1, entries: 0, expired: 1202, firstBreak: nil))
    }
  }

  @Test func copiesExpireEachEntryOnce() async throws {
    try await Cast.with { cast in
      let now = cast.store.clock.now
      for _ in 0..<9000 { try cast.store.accesses.note(Self.look(at: now - .seconds(800 * 86_400))) }
      try await cast.store.accesses.flush()
      let other = try await cast.installation.copy()
      async let here = cast.store.sweep()
      async let there = other.store.sweep()
      let expired = try await [here, there].map(\.accessesExpired)
      await other.shutdown()
      let left = try await cast.store.sweep().accessesExpired
      #expect(expired.reduce(0, +) + left == 9000)
      let verified = try await cast.store.verifyAccessLog()
      #expect(verified.firstBreak == nil && verified.entries == 0 && verified.expired == 9000)
    }
  }

  /// The function that deletes judges for itself.
  @Test func nothingExpiresAheadOfTheClock() async throws {
    try await Cast.with { cast in
      try cast.store.accesses.note(Self.look(at: cast.store.clock.now))
      try await cast.store.accesses.flush()
      let error = await #expect(throws: PostgresError.self) {
        try await cast.installation.scheduler.write {
          try $0.execute("SELECT ohjaustila.expire_access(1, '2100-01-01Z', 'P24M', 10)")
        }
      }
      #expect(error?.sqlState == "OJ002")
    }
  }

  /// What became of rights is kept for as long as the looks under them; of who still has some, the last entry stays.
  @Test func staffHistoryExpiresOnItsDay() async throws {
    try await Cast.with { cast in
      let (store, organisation) = (cast.store, cast.organisation.id)
      let others = try await store.staffHistory(of: organisation, PageRequest(), for: cast.admin).items.count
      _ = try await store.appoint(Cast.appointment("eeva"), to: organisation, by: cast.admin)
      try await cast.installation.advance(to: store.clock.now + .seconds(10 * 86_400))
      let changed = store.clock.now
      _ = try await store.appoint(
        Cast.appointment("eeva", roles: [.counsellor, .supervisor]), to: organisation, by: cast.admin)
      _ = try await store.appoint(Cast.appointment("pekka"), to: organisation, by: cast.admin)
      try await store.dismiss("pekka", from: organisation, by: cast.admin)

      let day = store.zone.date(of: changed)
      let due = store.zone.deadline(from: day, period: Period(months: 24) ?? .zero).boundary
      #expect(try await cast.installation.advance(to: due - .seconds(1)).staffChangesExpired == 0)
      #expect(try await cast.installation.advance(to: due).staffChangesExpired == 3)
      #expect(try await store.sweep().staffChangesExpired == 0)
      let left = try await store.staffHistory(of: organisation, PageRequest(), for: cast.admin).items
      #expect(left.count == others + 1 && !left.contains { $0.subject == "pekka" })
      #expect(left.filter { $0.subject == "eeva" }.map(\.what) == ["changed"])

      let error = await #expect(throws: PostgresError.self) {
        try await store.scheduler.write(preamble: [store.stating(nil)]) {
          try $0.exactlyOne("SELECT ohjaustila.expire_staff_history(\(store.clock.now + .seconds(60)), 10)") {
            try $0.get(0, as: Int.self)
          }
        }
      }
      #expect(error?.sqlState == "OJ002")
    }
  }

  @Test func journalsExpireOnTheirDay() async throws {
    try await Cast.with { cast in
      let store = cast.store
      let space = try await cast.space()
      for number in 0..<5 { _ = try await store.postMessage("\(number)", to: space, by: cast.counsellor) }
      try await cast.installation.advance(to: store.clock.now + .seconds(30 * 86_400))
      _ = try await cast.space()
      let erases = try await cast.timeline(of: space).erases
      try await cast.installation.advance(to: erases)
      let due = store.zone.journalDeadline(erasedAt: erases, kept: Period(months: 60) ?? .zero)
      // A day more than the months: the erasure was at a midnight, and the last day is whole.
      #expect(
        due
          == store.zone.deadline(from: store.zone.date(of: erases - .seconds(1)), period: Period(months: 60) ?? .zero)
          .boundary)

      #expect(try await cast.installation.advance(to: due - .seconds(1)).journalsExpired == 0)
      let entries = try await store.verifyJournals().entries
      #expect(try await cast.installation.advance(to: due).journalsExpired == 1)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.journal WHERE space_id = \(space)") == 0)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.tombstone WHERE space_id = \(space)") == 1)
      let verified = try await store.verifyJournals()
      #expect(verified.firstBreak == nil && verified.chains == 1 && verified.expired == 1 && verified.entries < entries)

      try await cast.installation.advance(to: due + .seconds(400 * 86_400))
      let last = try await store.verifyJournals()
      #expect(last.firstBreak == nil && last.chains == 0 && last.expired == 2 && last.entries == 0)
      #expect(try await store.sweep() == SweepReport())
    }
  }

  /// A journal longer than a step goes in several, each verified as whole while it lasts; another copy helps.
  @Test func longJournalsGoInSteps() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      try await cast.bring(space, to: .erased)
      try await cast.alter(
        """
        INSERT INTO ohjaustila.journal (space_id, seq, kind, effective_at, recorded_at, entry, hash)
        SELECT \(space), n, 'x', '2026-01-01Z', '2026-01-01Z', 'x', sha256('x') FROM generate_series(100, 25099) n
        """)
      let other = try await cast.installation.copy()
      try await cast.store.moveClock(to: cast.store.clock.now + .seconds(6 * 366 * 86_400))
      try await other.store.readClocks()
      async let here = cast.store.sweep()
      async let there = other.store.sweep()
      let expired = try await [here, there].map(\.journalsExpired).reduce(0, +)
      await other.shutdown()
      let left = try await cast.store.sweep().journalsExpired
      #expect(expired + left == 1)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.journal") == 0)
      #expect(try await cast.store.verifyJournals().firstBreak == nil)
    }
  }

  private static let harms: [(sql: Query, expected: JournalBreak.Reason)] = [
    ("DELETE FROM ohjaustila.journal_expiry WHERE number = 1", .otherEnd(remembered: 0, found: 0)),
    ("UPDATE ohjaustila.journal_expiry SET number = 3 WHERE number = 2", .expiryGap(expected: 2, found: 3)),
    ("UPDATE ohjaustila.journal_expiry SET journal_seq = 7 WHERE number = 1", .wrongExpiry(number: 1)),
    ("UPDATE ohjaustila.journal_expiry SET journal_hash = sha256('x') WHERE number = 2", .wrongExpiry(number: 2)),
    ("UPDATE ohjaustila.journal_expiry SET register = 'x' WHERE number = 1", .wrongExpiry(number: 1)),
    ("UPDATE ohjaustila.journal_expiry SET policy_version = 2 WHERE number = 1", .wrongExpiry(number: 1)),
    (
      "UPDATE ohjaustila.journal_expiry SET erased_at = erased_at - interval '1 day' WHERE number = 1",
      .wrongExpiry(number: 1)
    ),
    (
      "UPDATE ohjaustila.journal_expiry SET expired_at = expired_at - interval '1 day' WHERE number = 2",
      .wrongExpiry(number: 2)
    ),
    ("UPDATE ohjaustila.journal_expiry SET hash = sha256('x') WHERE number = 2", .wrongExpiry(number: 2)),
    ("UPDATE ohjaustila.journal_anchor SET number = 3", .otherExpiries(remembered: 3, found: 2)),
    ("UPDATE ohjaustila.journal_anchor SET hash = sha256('x')", .otherExpiries(remembered: 2, found: 2)),
    ("DELETE FROM ohjaustila.journal_anchor", .otherExpiries(remembered: -1, found: 0)),
    ("UPDATE ohjaustila.tombstone SET journal_seq = journal_seq + 1", .expiryWithoutTombstone(number: 1)),
    ("UPDATE ohjaustila.tombstone SET erases_at = erases_at + interval '1 day'", .expiryWithoutTombstone(number: 1)),
  ]

  @Test(arguments: harms.indices) func saysWhatBreaksFirst(_ index: Int) async throws {
    let harm = Self.harms[index]
    try await Cast.with { cast in
      for _ in 0..<2 { _ = try await cast.space() }
      let now = cast.store.clock.now
      try await cast.installation.advance(to: now + .seconds(2 * 366 * 86_400))
      try await cast.installation.advance(to: now + .seconds(8 * 366 * 86_400))
      let whole = try await cast.store.verifyJournals()
      #expect(whole.expired == 2 && whole.firstBreak == nil)
      _ = try await cast.installation.asAdmin(harm.sql) { _ in }
      let found = try #require(try await cast.store.verifyJournals().firstBreak).reason
      // Without its mark a journal that is gone is one that was cut off.
      if index == 0 {
        guard case .otherEnd(_, found: 0) = found else { return #expect(found == harm.expected) }
      } else {
        #expect(found == harm.expected)
      }
    }
  }

  /// Whoever could write marks can't have a journal gone before its time: neither by the function that deletes, without a
  /// mark, nor by a mark that the auditor finds to be early.
  @Test func aJournalDoesNotGoEarly() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      try await cast.bring(space, to: .erased)
      let scheduler = cast.installation.scheduler
      func drop() async throws -> Int {
        try await scheduler.write { transaction in
          try transaction.exactlyOne("SELECT ohjaustila.drop_expired_journals(ARRAY[\(space)]::uuid[], 100)") {
            try $0.get(0, as: Int.self)
          }
        }
      }
      #expect(try await drop() == 0)
      let error = await #expect(throws: PostgresError.self) {
        try await cast.mark(space, expiredAt: cast.store.clock.now + .seconds(6 * 366 * 86_400))
      }
      #expect(error?.sqlState == .insufficientPrivilege)
      try await cast.store.moveClock(to: cast.store.clock.now + .seconds(86_400))
      try await cast.mark(space, expiredAt: cast.store.clock.now - .seconds(1))
      guard case .expiredEarly? = try await cast.store.verifyJournals().firstBreak?.reason else {
        return #expect(Bool(false), "an early mark was not found")
      }
    }
  }

  private static func look(at instant: Instant) -> AccessEntry {
    AccessEntry(
      at: instant, principal: UUID(), role: "counsellor", organisation: nil, space: nil, participation: nil,
      what: "space", object: nil, address: nil, requestID: nil, outcome: "shown")
  }
}

extension Cast {
  /// Marks an erased space's journal as expired, with every hash right, as the scheduler's own login could.
  fileprivate func mark(_ space: ID<Space>, expiredAt: Instant) async throws {
    try await installation.scheduler.write(preamble: [store.stating(nil)]) { transaction in
      let mark = try transaction.exactlyOne(
        """
        SELECT journal_seq, journal_hash, register, policy_version, erases_at FROM ohjaustila.tombstone
        WHERE space_id = \(space)
        """
      ) { row in
        JournalExpiry(
          number: 1, space: space, sequence: try row.get(0), head: try row.get(1, as: Bytea.self).bytes,
          register: try row.get(2), policyVersion: Int(try row.get(3, as: Int32.self)), erasedAt: try row.get(4),
          expiredAt: expiredAt)
      }
      let hash = Bytea(mark.hash(after: JournalHead.empty.hash))
      try transaction.execute(
        """
        INSERT INTO ohjaustila.journal_expiry
        SELECT 1, space_id, journal_seq, journal_hash, register, policy_version, erases_at, \(expiredAt), \(hash)
        FROM ohjaustila.tombstone WHERE space_id = \(space)
        """)
      try transaction.updateExactlyOne("UPDATE ohjaustila.journal_anchor SET number = 1, hash = \(hash)")
    }
  }
}
