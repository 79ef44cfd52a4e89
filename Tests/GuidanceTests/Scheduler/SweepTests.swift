import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// The scheduler over the store.
@Suite struct SweepTests {
  /// However a year and a half is split into sweeps, the journal and the notices are the same.
  @Test func anySplitGivesTheSameJournal() async throws {
    var random = SplitMix64(seed: testSeed)
    try await Cast.with { cast in
      let spaces = [try await cast.space(), try await cast.space(by: cast.colleague)]
      let end = try await cast.timeline(of: spaces[1]).erases
      let start = cast.store.clock.now
      let whole = try await cast.store.rehearseSweep(asOf: end)
      var report = SweepReport()
      let days = Int(end.microseconds - start.microseconds) / 86_400_000_000
      let stops = (0..<5).map { _ in Int.random(in: 1..<days, using: &random) }.sorted()
      for day in stops {
        let stop = start + .seconds(day * 86_400)
        if stop > cast.store.clock.now { report += try await cast.installation.advance(to: stop) }
      }
      report += try await cast.installation.advance(to: end)
      #expect(report.crossed == whole.crossed && report.notices == whole.notices, "seed \(testSeed)")
      for space in spaces {
        let chain = try await Chain.verify(space, in: cast.installation)
        #expect(chain.kinds == ["opened", "participantInvited", "crossed", "crossed", "crossed", "destroyed"])
        #expect(zip(chain.entries, chain.entries.dropFirst()).allSatisfy { $0.effectiveAt <= $1.effectiveAt })
      }
    }
  }

  /// Two copies sweep while facts happen: each boundary is crossed once.
  @Test func twoCopiesCrossEachBoundaryOnce() async throws {
    try await Cast.with { cast in
      let other = try await cast.installation.copy()
      var spaces: [ID<Space>] = []
      for _ in 0..<8 { spaces.append(try await cast.space()) }
      try await cast.store.moveClock(to: try await cast.timeline(of: spaces[7]).closes)
      let report = try await withThrowingTaskGroup(of: SweepReport.self) { group in
        for store in [cast.store, other.store] { group.addTask { try await store.sweep() } }
        for space in spaces {
          group.addTask {
            _ = try await cast.store.postMessage("Samaan aikaan", to: space, by: cast.counsellor)
            return SweepReport()
          }
        }
        return try await group.reduce(into: SweepReport()) { $0 += $1 }
      }
      #expect(report.crossed[.reactivatable, default: 0] <= 8)
      try await cast.alter("UPDATE ohjaustila.due SET retry_at = '-infinity'")
      _ = try await cast.store.sweep()
      for space in spaces {
        #expect(try await Chain.verify(space, in: cast.installation).kinds.count { $0 == "crossed" } == 1)
      }
      await other.shutdown()
    }
  }

  /// A space that somebody holds is passed over, does not keep the scheduler awake, holds up no other, and is retried.
  @Test func aLockedSpaceIsRetriedAndHoldsUpNoOther() async throws {
    try await Cast.with { cast in
      let (held, free) = (try await cast.space(), try await cast.space())
      let boundary = try await cast.timeline(of: free).closes
      try await cast.store.moveClock(to: boundary)
      let (released, release) = AsyncStream<Void>.makeStream()
      let (taken, take) = AsyncStream<Void>.makeStream()
      let holder = Task {
        try await cast.installation.service.write { transaction in
          _ = try transaction.pipeline([
            cast.store.stating(cast.counsellor, space: held), SpaceAccess.lock(held),
          ])
          take.finish()
          Blocking.wait(for: released)
        }
      }
      for await _ in taken {}
      let first = try await cast.store.sweep()
      #expect(first.skipped == 1 && first.crossed == [.reactivatable: 1])
      // On a busy machine the retry's fifth of a second would be over before it is asked for.
      try await cast.alter("UPDATE ohjaustila.due SET retry_at = retry_at + interval '1 hour' WHERE skips > 0")
      let next = try #require(try await cast.store.nextDue())
      #expect(next > boundary, "a skipped space is due when it is tried again, not before")
      // After three skips the lock is waited for, with an end to it.
      try await cast.alter("UPDATE ohjaustila.due SET skips = 3, retry_at = '-infinity' WHERE space_id = \(held)")
      let third = try await cast.space()
      try await cast.alter("UPDATE ohjaustila.due SET at = '-infinity' WHERE space_id = \(third)")
      #expect(try await cast.store.sweep().skipped == 1)
      release.finish()
      try await holder.value
      try await cast.alter("UPDATE ohjaustila.due SET retry_at = '-infinity'")
      #expect(try await cast.store.sweep().crossed == [.reactivatable: 1])
      _ = try await Chain.verify(held, in: cast.installation)
    }
  }

  /// The truth never waits for the scheduler: nothing was swept, and staff see nothing all the same.
  @Test func readsAreRightWithoutASweep() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      _ = try await cast.store.postMessage("Hei", to: space, by: cast.counsellor)
      let timeline = try await cast.timeline(of: space)
      try await cast.store.moveClock(to: timeline.archives + .seconds(7 * 86_400))
      for caller in [cast.counsellor, cast.admin] {
        await #expect(throws: Refusal.notFound) { try await cast.store.space(space, for: caller) }
        await #expect(throws: Refusal.notFound) { try await cast.store.timeline(of: space, for: caller) }
        await #expect(throws: Refusal.notFound) { try await cast.store.close(space, reason: nil, by: caller) }
        #expect(try await cast.store.spaces(PageRequest(), for: caller).items.isEmpty)
        #expect(try await cast.store.spaces(PageRequest(), role: .admin, for: caller).items.isEmpty)
      }
      let customer = try await cast.customer()
      #expect(try await cast.store.space(space, for: customer).state == .archived)
      #expect(try await cast.store.messages(of: space, PageRequest(), for: customer).items.count == 1)
      try await cast.store.moveClock(to: timeline.erases)
      await #expect(throws: Refusal.notFound) { try await cast.store.space(space, for: customer) }
      #expect(try await cast.store.spaces(PageRequest(), for: customer).items.isEmpty)
    }
  }

  /// With clocks that can't be trusted nothing is erased, everything else goes on, and no loop spins.
  @Test func nothingIsDestroyedWithSkewedClocks() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let timeline = try await cast.timeline(of: space)
      try await cast.store.moveClock(to: timeline.erases)
      let fresh = try await cast.space()
      try await cast.alter("UPDATE ohjaustila.due SET at = '-infinity' WHERE space_id = \(fresh)")
      let report = try #require(try await SweepBatch(store: cast.store, mayDestroy: false, pen: nil).run())
      #expect(report.crossed == [:] && report.skipped == 1)
      #expect(try await SweepBatch(store: cast.store, mayDestroy: false, pen: nil).run() == nil)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space_secret") == 2)
      #expect(try #require(try await cast.store.nextDue()) >= timeline.erases + SweepBatch.postponement)
      await #expect(throws: Refusal.notFound) { try await cast.store.space(space, for: try await cast.customer()) }
    }
  }
}
