import Lifecycle
import TestSupport
import Testing

/// The properties of design/lifecycle.md over random lives; `OHJAUSTILA_SEED` repeats a run.
@Suite struct LifePropertyTests {
  static let walks = 400

  /// Runs random lives from seeds of their own, so that one can be repeated alone.
  private func eachWalk(_ body: (inout RandomWalk) throws -> Void) rethrows {
    for index in 0..<UInt64(Self.walks) {
      var walk = RandomWalk(random: SplitMix64(seed: testSeed &+ index &* 7919))
      try body(&walk)
    }
  }

  /// 6, and all boundaries besides: the incremental timeline is what the second model tells from the list of facts.
  @Test func sixIncrementalEqualsTheWholeList() throws {
    var accepted = 0
    var kinds: [FactKind: Int] = [:]
    try eachWalk { walk in
      for _ in 0..<16 {
        let (fact, result) = walk.step()
        let (told, timeline) = (walk.space.naive.ends, walk.space.timeline)
        if case .success = result { (accepted, kinds[fact.kind]) = (accepted + 1, kinds[fact.kind, default: 0] + 1) }
        let instants = Boundary.allCases.map { timeline.instant(of: $0) }
        guard instants == told.stages.map(\.at), timeline.baseErasesAt == told.base.at else {
          Issue.record("seed \(testSeed): \(walk.space.facts)\n\(instants)\n\(told.stages.map(\.at))")
          return
        }
        let days = timeline.lastDays
        #expect([days.active, days.reactivatable, days.sealed] == told.stages[..<3].map(\.day))
        #expect(days.archived == (timeline.erasesAt == .distantFuture ? nil : told.stages[3].day))
      }
      var replayed = Space(openedAt: walk.space.facts[0].at, policy: walk.space.naive.first)
      for (fact, at) in walk.space.facts.dropFirst() { try replayed.record(fact, at: at) }
      #expect(replayed.life == walk.space.life && replayed.timeline == walk.space.timeline)
    }
    // A walk that hardly ever records anything would prove nothing.
    #expect(accepted > Self.walks * 2)
    for kind in FactKind.allCases where kind != .opened { #expect(kinds[kind, default: 0] > 5, "\(kind)") }
  }

  /// 1: between facts the state is total and monotone; boundaries never decrease.
  @Test func oneStatesFollowOneAnother() {
    eachWalk { walk in
      for _ in 0..<12 {
        walk.step()
        let instants = Boundary.allCases.map { walk.space.timeline.instant(of: $0) }
        #expect(instants == instants.sorted())
        let moments = instants.filter(\.isFinite).flatMap { [$0 - .microseconds(1), $0, $0 + .microseconds(1)] }
        let states = ([.distantPast] + moments.sorted() + [.distantFuture]).map { walk.space.state(at: $0) }
        let places = states.compactMap { State.allCases.firstIndex(of: $0) }
        #expect(places == places.sorted() && states.first == .active && states.last == .erased)
      }
    }
  }

  /// What has passed never moves, but for a reactivation's closing; a refused fact changes nothing; a policy brings
  /// nothing nearer than every warning; 9: an authentication brings nothing nearer.
  @Test func nineBoundariesMoveOnlyAsTheyMay() {
    eachWalk { walk in
      for _ in 0..<14 {
        let (old, oldLife) = (walk.space.timeline, walk.space.life)
        let (fact, result) = walk.step()
        let (new, now) = (walk.space.timeline, walk.now)
        guard case .success(let recorded) = result else {
          #expect(new == old && walk.space.life == oldLife)
          continue
        }
        #expect(recorded.changed == (oldLife != walk.space.life))
        for boundary in Boundary.allCases {
          let (was, becomes) = (old.instant(of: boundary), new.instant(of: boundary))
          if was <= now && fact != .reactivated { #expect(was == becomes, "\(fact) moved a passed \(boundary)") }
          if case .customerAuthenticated = fact { #expect(becomes >= was) }
          if case .policyChanged(let next, _) = fact {
            let warned = helsinki.deadline(from: helsinki.date(of: now), period: next.longestNoticeOffset).boundary
            #expect(becomes >= min(was, warned))
          }
        }
      }
    }
  }

  /// 3: whatever happens, nothing is erased before its base retention, but for a decision.
  @Test func threeNothingIsErasedEarly() {
    eachWalk { walk in
      for _ in 0..<16 {
        walk.step()
        guard walk.space.life.erasureDecidedAt == nil else { return }
        #expect(walk.space.timeline.erasesAt >= walk.space.naive.ends.base.at)
        #expect(walk.space.timeline.erasesAt >= walk.space.timeline.baseErasesAt)
      }
    }
  }

  /// 4: no row of holds and releases passes the cap beyond the base.
  @Test func fourHoldsNeverPassTheCap() {
    let calendar = NaiveCalendar()
    eachWalk { walk in
      for _ in 0..<16 {
        walk.step(without: [.restricted, .unrestricted, .policyChanged])
        guard let cap = walk.space.policy.hold(for: "legalClaim")?.cap else { return }
        // The base may draw nearer after a release (closing early); the grace given then stays within the base it had.
        let bases = walk.space.naive.before.dropFirst().map(\.base.day) + [walk.space.naive.ends.base.day]
        let limit = calendar.startOfNextDay(calendar.adding(cap, to: bases.max() ?? .min))
        #expect(walk.space.timeline.erasesAt <= limit)
        let held = walk.space.life.graceLastDay == nil
        let nearest = calendar.startOfNextDay(calendar.adding(cap, to: walk.space.naive.ends.base.day))
        if held { #expect(walk.space.timeline.erasesAt <= nearest) }
      }
    }
  }

  /// 5: what staff see ends with the instant of archiving, what customers see with that of erasure: by these the database
  /// lets them.
  @Test func fiveStaffSeeNothingArchived() {
    eachWalk { walk in
      for _ in 0..<10 {
        walk.step()
        let timeline = walk.space.timeline
        for moment in Boundary.allCases.map({ timeline.instant(of: $0) }).flatMap({ [$0 - .microseconds(1), $0] }) {
          let state = timeline.state(at: moment)
          let open = state == .active || state == .reactivatable || state == .closed
          #expect((moment < timeline.archivesAt) == open)
          #expect((moment < timeline.erasesAt) == (state != .erased))
        }
      }
    }
  }
}
