import Guidance
import Lifecycle
import Postgres
import TestSupport
import Testing

/// An auditor is told what was done to a journal behind the service's back.
@Suite struct VerifyJournalsTests {
  private static let harms: [(sql: Query, expected: JournalBreak.Reason)] = [
    ("UPDATE ohjaustila.journal SET entry = set_byte(entry, 20, 65) WHERE seq = 2", .wrongHash(sequence: 2)),
    (
      "UPDATE ohjaustila.journal SET hash = set_byte(hash, 0, 1 - get_byte(hash, 0) % 2) WHERE seq = 1",
      .wrongHash(sequence: 1)
    ),
    ("UPDATE ohjaustila.journal SET kind = 'closed' WHERE seq = 3", .columnsDiffer(sequence: 3)),
    (
      "UPDATE ohjaustila.journal SET recorded_at = recorded_at - interval '1 day' WHERE seq = 3",
      .earlierThanBefore(sequence: 3)
    ),
    ("DELETE FROM ohjaustila.journal WHERE seq = 2", .gap(expected: 2, found: 3)),
    ("DELETE FROM ohjaustila.journal WHERE seq = 4", .otherEnd(remembered: 4, found: 3)),
    ("DELETE FROM ohjaustila.journal", .otherEnd(remembered: 4, found: 0)),
    ("UPDATE ohjaustila.space SET journal_hash = sha256('x')", .wrongHead),
    (
      """
      INSERT INTO ohjaustila.journal SELECT space_id, 5, kind, effective_at, recorded_at, entry, hash
      FROM ohjaustila.journal WHERE seq = 4
      """, .wrongHash(sequence: 5)
    ),
  ]

  @Test(arguments: harms.indices) func saysWhatBreaksFirst(_ index: Int) async throws {
    let harm = Self.harms[index]
    try await Cast.with { cast in
      let space = try await cast.space()
      for text in ["Hei", "Moi"] { _ = try await cast.store.postMessage(text, to: space, by: cast.counsellor) }
      let whole = try await cast.store.verifyJournals()
      #expect(whole.chains == 1 && whole.entries == 4 && whole.firstBreak == nil)
      #expect("\(whole)" == "1 journal with 4 entries is whole")
      _ = try await cast.installation.asAdmin(harm.sql) { _ in 0 }
      let found = try await cast.store.verifyJournals().firstBreak
      #expect(found?.space == space)
      #expect(found?.reason == harm.expected)
    }
  }

  @Test func aJournalOfNothingIsFound() async throws {
    try await Cast.with { cast in
      let stray = ID<Space>.make()
      _ = try await cast.installation.asAdmin(
        """
        INSERT INTO ohjaustila.journal VALUES (\(stray), 1, 'x', '2026-01-01', '2026-01-01', 'x', sha256('x'))
        """
      ) { _ in 0 }
      #expect(try await cast.store.verifyJournals().firstBreak?.space == stray)
    }
  }

  /// Journals outlive their spaces: the tombstone remembers the head.
  @Test func erasedSpacesAndManyEntriesAreWhole() async throws {
    try await Cast.with { cast in
      let erased = try await cast.openSpace()
      try await cast.installation.advance(to: erased.space.timeline.erasesAt)
      let busy = try await cast.space()
      for number in 0..<30 { _ = try await cast.store.postMessage("\(number)", to: busy, by: cast.counsellor) }
      let result = try await cast.store.verifyJournals()
      #expect(result.firstBreak == nil)
      #expect(result.chains == 2)
    }
  }
}
