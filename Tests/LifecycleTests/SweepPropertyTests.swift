import Lifecycle
import TestSupport
import Testing

/// The properties of design/lifecycle.md about sweeps and the journal.
@Suite struct SweepPropertyTests {
  private func walk(_ index: UInt64) -> RandomWalk {
    RandomWalk(random: SplitMix64(seed: testSeed &+ 1 &+ index &* 104_729))
  }

  /// 2: any split of a sweep finds the same crossings and notices in the same order, and `nextDue` misses none.
  @Test func twoAnySplitGivesTheSame() {
    for index in 0..<300 as Range<UInt64> {
      var walk = walk(index)
      for _ in 0..<6 { walk.step() }
      let (timeline, policy) = (walk.space.timeline, walk.space.policy)
      let end = walk.now + .seconds(Int.random(in: 1...900 * 86_400, using: &walk.random))
      func sweep(_ start: Instant, _ stop: Instant) -> [Crossing] {
        timeline.crossings(policy: policy, zone: helsinki, after: start, through: stop)
      }
      let whole = sweep(walk.now, end)
      #expect(whole.map(\.effectiveAt) == whole.map(\.effectiveAt).sorted())
      var (parts, at): ([Crossing], Instant) = ([], walk.now)
      while at < end {
        let due = timeline.nextDue(policy: policy, zone: helsinki, after: at)
        let hop = at + .seconds(Int.random(in: 0...60 * 86_400, using: &walk.random))
        let next = min(end, walk.random.chance(50) ? max(due ?? end, at) : hop)
        parts += sweep(at, next)
        at = next
      }
      #expect(parts == whole, "seed \(testSeed), walk \(index)")
      #expect(
        whole.first?.effectiveAt
          == timeline.nextDue(policy: policy, zone: helsinki, after: walk.now).flatMap { $0 <= end ? $0 : nil })
    }
  }

  /// Each crossing leads from the state just before it to the state at it, and every change of state is crossed.
  @Test func crossingsAreTheChangesOfState() {
    for index in 0..<300 as Range<UInt64> {
      var walk = walk(index)
      for _ in 0..<6 { walk.step() }
      let timeline = walk.space.timeline
      let all = timeline.crossings(
        policy: walk.space.policy, zone: helsinki, after: .distantPast, through: .distantFuture)
      var state = State.active
      for case .boundary(let boundary, let from, let to, let at) in all {
        #expect(from == state && to == boundary.enters && at == timeline.instant(of: boundary))
        #expect(timeline.state(at: at) == to && timeline.state(at: at - .microseconds(1)) == from)
        state = to
      }
      #expect(state == timeline.state(at: .distantFuture - .microseconds(1)) || timeline.erasesAt == .distantFuture)
    }
  }

  /// 8: the journal only grows, and neither of its two instants ever decreases; sweeping more often adds nothing.
  @Test func eightTheJournalOnlyGrows() {
    for index in 0..<300 as Range<UInt64> {
      var (lazy, eager) = (walk(index), walk(index))
      for _ in 0..<14 {
        let before = lazy.space.journal
        let (last, started) = (lazy.now, eager.space)
        lazy.step()
        #expect(Array(lazy.space.journal.prefix(before.count)) == before)
        // The eager scheduler also sweeps at random moments in between; what it finds must be the same.
        var swept = started
        var moments = (0..<3).map { _ in
          last
            + .microseconds(
              Int64.random(in: 0...max(0, lazy.now.microseconds - last.microseconds), using: &eager.random))
        }
        moments.sort()
        for moment in moments { swept.sweep(through: moment) }
        swept.sweep(through: lazy.now)
        var once = started
        once.sweep(through: lazy.now)
        #expect(swept.journal.map(\.what) == once.journal.map(\.what))
        #expect(swept.journal.map(\.effectiveAt) == once.journal.map(\.effectiveAt))
        eager = lazy
      }
      let journal = lazy.space.journal
      #expect(journal.map(\.recordedAt) == journal.map(\.recordedAt).sorted())
      #expect(journal.map(\.effectiveAt) == journal.map(\.effectiveAt).sorted(), "seed \(testSeed), walk \(index)")
      #expect(journal.allSatisfy { $0.effectiveAt <= $0.recordedAt })
    }
  }
}
