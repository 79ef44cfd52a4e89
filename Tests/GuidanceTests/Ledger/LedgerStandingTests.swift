import Lifecycle
import Postgres
import Testing

@testable import Guidance

/// Who may go on with a ledger, and what counts in it: without a database.
@Suite struct LedgerStandingTests {
  private static let (a, b) = (DatabaseIncarnation("7-1-5-9"), DatabaseIncarnation("7-2-5-9"))

  private func writer(_ who: DatabaseIncarnation, _ number: Int, after: Int? = nil) -> LedgerWriter {
    LedgerWriter(incarnation: who, number: number, at: Instant(microseconds: 0), after: after)
  }

  private func standing(
    _ me: DatabaseIncarnation, known: DatabaseIncarnation?, seen: Int, _ writers: [LedgerWriter], committed: Int
  ) -> LedgerStanding {
    LedgerStanding(me, remembers: known, seen: seen, writers, committed: committed)
  }

  @Test func whoMayGoOn() {
    let first = writer(Self.a, 2)
    // A new ledger, and one from before writers were named.
    #expect(standing(Self.a, known: nil, seen: 1, [], committed: 0) == .takesOver)
    #expect(standing(Self.a, known: Self.a, seen: 4, [first], committed: 4) == .continues)
    // Cut off before it remembered that it had taken over.
    #expect(standing(Self.a, known: nil, seen: 1, [first], committed: 2) == .takesOver)
    // Recovered from an archive, or promoted.
    #expect(standing(Self.b, known: Self.a, seen: 2, [first], committed: 4) == .takesOver)
    let both = [first, writer(Self.b, 5)]
    #expect(standing(Self.a, known: Self.a, seen: 4, both, committed: 5) == .superseded(by: both[1]))
    #expect(standing(Self.b, known: Self.b, seen: 5, both, committed: 5) == .continues)
    // From before there were names, or new: it may be the one that the others are copies of.
    #expect(standing(Self.b, known: nil, seen: 1, [first], committed: 4) == .superseded(by: first))
    #expect(standing(Self.a, known: nil, seen: 1, both, committed: 5) == .superseded(by: both[1]))
    // Recovered once more from the backup that the second was recovered from, when the first had gone on.
    let tried = both + [writer(Self.a, 8, after: 4)]
    #expect(standing(Self.b, known: Self.a, seen: 2, tried, committed: 10) == .takesOver)
    // And the second itself, if it is still there.
    #expect(standing(Self.b, known: Self.b, seen: 5, tried, committed: 10) == .superseded(by: tried[2]))
    let again = tried + [writer(Self.b, 11)]
    #expect(standing(Self.b, known: Self.b, seen: 5, again, committed: 11) == .forked(from: again[3]))
    // Its files were copied: another of its name has written.
    #expect(standing(Self.a, known: Self.a, seen: 2, [first], committed: 4) == .forked(from: first))
  }

  @Test func whatCounts() {
    func path(_ writers: [LedgerWriter]) -> [Int] { (1...14).filter(LedgerPath(writers).contains) }
    #expect(path([]) == Array(1...14))
    #expect(path([writer(Self.a, 2), writer(Self.b, 5)]) == Array(1...14))
    // The first goes on behind its fourth entry; then the second behind its seventh.
    let kept = [writer(Self.a, 2), writer(Self.b, 5), writer(Self.a, 8, after: 4)]
    #expect(path(kept) == Array(1...4) + Array(8...14))
    #expect(path(kept + [writer(Self.b, 10, after: 7)]) == Array(1...7) + Array(10...14))
    // One that takes over goes on from all that counts.
    #expect(path(kept + [writer(Self.b, 10)]) == Array(1...4) + Array(8...14))
  }

  @Test func aNameSaysWhereToLook() {
    #expect("\(Self.b)" == "7-2-5-9 (cluster 7, timeline 2, database 5)")
    #expect("\(DatabaseIncarnation("other"))" == "other")
  }
}
