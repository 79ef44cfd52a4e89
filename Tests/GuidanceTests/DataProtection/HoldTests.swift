import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Holds from proposal to their end, and what they do to the timeline.
@Suite struct HoldTests {
  @Test func aProposalHasNoEffectUntilASecondPersonApproves() async throws {
    try await Cast.with { cast in
      let (space, first) = (try await cast.space(), try await cast.officer())
      let before = try await cast.stored(space)
      let lastDay = try await cast.baseLastDay(space).adding(days: 100)
      let hold = try await cast.store.placeHold(on: space, reason: "legalClaim", through: lastDay, by: first)
      #expect(hold.status == .proposed && hold.placedAt == nil && hold.approvedBy == nil)
      #expect(try await cast.stored(space).timeline == before.timeline)
      await #expect(throws: Refusal.forbidden(.secondPerson)) {
        try await cast.store.approveHold(hold.id, on: space, by: first)
      }
      let second = try await cast.officer("second")
      let standing = try await cast.store.approveHold(hold.id, on: space, by: second)
      #expect(standing.status == .standing && standing.approvedBy?.uuid == second.uuid)
      let after = try await cast.stored(space)
      #expect(after.timeline.erasesAt == cast.store.zone.endOfDay(lastDay))
      #expect(after.timeline.archivesAt == before.timeline.archivesAt)
      #expect(after.life.holdLastDay == lastDay && after.life.holdReason == "legalClaim")
      await #expect(throws: Refusal.holdEnded(.standing)) {
        try await cast.store.approveHold(hold.id, on: space, by: second)
      }
      let explained = try await cast.store.timeline(of: space, for: try await cast.customer()).explanation
      #expect(explained.steps.last?.cause == .held(reason: "legalClaim", capped: false))
      let kinds = try await Chain.verify(space, in: cast.installation).kinds
      #expect(kinds.filter { $0.hasPrefix("hold") } == ["holdProposed", "holdPlaced"])
    }
  }

  @Test func theCapAndTheDaysAreChecked() async throws {
    try await Cast.with { cast in
      let (space, officer) = (try await cast.space(), try await cast.officer())
      let base = try await cast.baseLastDay(space)
      let latest = base.adding(Period(months: 12) ?? .zero)
      let place = { (reason: String, day: CivilDate) in
        _ = try await cast.store.placeHold(on: space, reason: reason, through: day, by: officer)
      }
      await #expect(throws: Refusal.holdBeyondCap(latestUntil: latest)) {
        try await place("legalClaim", latest.adding(days: 1))
      }
      await #expect(throws: Refusal.self) { try await place("legalClaim", cast.today.adding(days: -1)) }
      await #expect(throws: Refusal.self) { try await place("convenience", base) }
      #expect(try await cast.store.holds(of: space, for: officer).isEmpty)
      try await place("supervisoryOrder", latest)
      try await cast.hold(space, through: base.adding(days: 10))
      let standing = Refusal.holdStands(reason: "legalClaim", until: base.adding(days: 10))
      await #expect(throws: standing) { try await place("legalClaim", base.adding(days: 10)) }
      try await cast.hold(space, through: base.adding(days: 11))
      #expect(
        try await cast.store.holds(of: space, for: officer).map(\.status) == [.proposed, .replaced, .standing])
    }
  }

  @Test func releaseNeverErasesAtOnce() async throws {
    try await Cast.with { cast in
      let (space, officer) = (try await cast.space(), try await cast.officer())
      let base = try await cast.baseLastDay(space)
      let hold = try await cast.hold(space, through: base.adding(days: 100))
      try await cast.installation.advance(to: cast.store.zone.endOfDay(base.adding(days: 50)))
      let released = try await cast.store.endHold(hold.id, on: space, by: officer)
      #expect(released.status == .released)
      #expect(try await cast.stored(space).timeline.erasesAt == cast.store.zone.endOfDay(base.adding(days: 65)))
      await #expect(throws: Refusal.holdEnded(.released)) {
        try await cast.store.endHold(hold.id, on: space, by: officer)
      }
      // Cycles of placing and releasing keep to the cap.
      for _ in 0..<3 {
        let again = try await cast.hold(space, through: base.adding(days: 300))
        _ = try await cast.store.endHold(again.id, on: space, by: officer)
        let cap = cast.store.zone.endOfDay(base.adding(Period(months: 12) ?? .zero))
        #expect(try await cast.stored(space).timeline.erasesAt <= cap)
      }
      try await cast.bring(space, to: .erased)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.hold") == 0)
      #expect(try await cast.store.verifyJournals().firstBreak == nil)
    }
  }

  @Test func aHoldEndsByItself() async throws {
    try await Cast.with { cast in
      let (space, other) = (try await cast.space(), try await cast.space())
      let officer = try await cast.officer()
      let base = try await cast.baseLastDay(space)
      try await cast.hold(space, through: base.adding(days: 20))
      // One that is over before the base retention is: nothing to release, and another may follow.
      let early = try await cast.hold(other, through: cast.today.adding(days: 5))
      try await cast.installation.advance(to: cast.store.clock.now + .seconds(6 * 86_400))
      #expect(try await cast.store.holds(of: other, for: officer).map(\.status) == [.lapsed])
      await #expect(throws: Refusal.holdEnded(.lapsed)) {
        try await cast.store.endHold(early.id, on: other, by: officer)
      }
      try await cast.hold(other, through: base.adding(days: 20))
      #expect(try await cast.store.holds(of: other, for: officer).map(\.status) == [.lapsed, .standing])
      try await cast.installation.advance(to: cast.store.zone.endOfDay(base.adding(days: 19)))
      #expect(try await cast.attempt(.readHolds, on: space, by: officer) == .done)
      try await cast.installation.advance(to: cast.store.zone.endOfDay(base.adding(days: 20)))
      #expect(try await cast.attempt(.readHolds, on: space, by: officer) == .notFound)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.tombstone WHERE destroyed_at IS NOT NULL") == 2)
    }
  }

  @Test func aProposalIsWithdrawnOrLapses() async throws {
    try await Cast.with { cast in
      let (space, officer) = (try await cast.space(), try await cast.officer())
      let second = try await cast.officer("second")
      let soon = cast.today.adding(days: 3)
      let withdrawn = try await cast.store.placeHold(on: space, reason: "legalClaim", through: soon, by: officer)
      #expect(try await cast.store.endHold(withdrawn.id, on: space, by: second).status == .withdrawn)
      let lapsing = try await cast.store.placeHold(on: space, reason: "legalClaim", through: soon, by: officer)
      try await cast.installation.advance(to: cast.store.zone.endOfDay(soon))
      for (hold, status) in [(withdrawn, Hold.Status.withdrawn), (lapsing, .lapsed)] {
        await #expect(throws: Refusal.holdEnded(status)) {
          try await cast.store.approveHold(hold.id, on: space, by: second)
        }
      }
      await #expect(throws: Refusal.notFound) { try await cast.store.endHold(.make(), on: space, by: officer) }
      #expect(try await cast.stored(space).life.holdLastDay == nil)
    }
  }

  /// Whether a second person is needed is the policy's to say.
  @Test func withoutSecondApprovalAHoldStandsAtOnce() async throws {
    try await Cast.with { cast in
      let store = cast.store
      var terms = try store.policies.current(register: GuidanceStore.register).terms
      terms.holds = terms.holds.map {
        HoldRule(reason: $0.reason, cap: $0.cap, needsSecondApproval: false, source: $0.source)
      }
      let lenient = GuidanceStore(
        service: cast.installation.service, scheduler: cast.installation.scheduler, dpo: cast.installation.dpo,
        keys: store.keys, archiveKeys: store.archiveKeys, policies: Policies([try Policy(terms)]), zone: store.zone,
        clock: GuidanceClock(isMovable: true), logger: store.logger)
      let (space, officer) = (try await cast.space(), try await cast.officer())
      let lastDay = try await cast.baseLastDay(space).adding(days: 7)
      let hold = try await lenient.placeHold(on: space, reason: "legalClaim", through: lastDay, by: officer)
      #expect(hold.status == .standing && hold.approvedBy == nil)
      #expect(try await cast.stored(space).life.holdLastDay == lastDay)
    }
  }

  @Test func repeatedAndConditionalRequests() async throws {
    try await Cast.with { cast in
      let (space, officer) = (try await cast.space(), try await cast.officer())
      let lastDay = try await cast.baseLastDay(space)
      let key = RequestKey(key: "k", method: "POST", path: "/holds", body: [1])
      let tag = try await cast.store.space(space, for: officer).entityTag
      let first = try await cast.store.placeHold(
        on: space, reason: "legalClaim", through: lastDay, by: officer, ifMatch: tag, request: key)
      let second = try await cast.store.placeHold(
        on: space, reason: "legalClaim", through: lastDay, by: officer, ifMatch: tag, request: key)
      #expect(first.id == second.id)
      #expect(try await cast.store.holds(of: space, for: officer).count == 1)
      _ = try await cast.store.restrict(space, by: officer)
      await #expect(throws: Refusal.preconditionFailed) {
        try await cast.store.liftRestriction(of: space, by: officer, ifMatch: tag)
      }
    }
  }

  /// At the very end of the retention: either the hold was in time and the space is kept, or it was too late.
  @Test func anApprovalMeetsTheSweep() async throws {
    try await Cast.with { cast in
      for _ in 0..<4 {
        let space = try await cast.space()
        let second = try await cast.officer("second")
        let base = try await cast.baseLastDay(space)
        let hold = try await cast.store.placeHold(
          on: space, reason: "legalClaim", through: base.adding(days: 9), by: try await cast.officer())
        let erases = try await cast.timeline(of: space).erases
        try await cast.installation.advance(to: erases - .milliseconds(15))
        async let sweep = cast.store.sweep()
        let approved: Bool
        do {
          _ = try await cast.store.approveHold(hold.id, on: space, by: second)
          approved = true
        } catch let refusal as Refusal {
          #expect(refusal == .notFound)
          approved = false
        }
        _ = try await sweep
        try await cast.installation.advance(to: max(cast.store.clock.now, erases) + .seconds(1))
        #expect(
          try await cast.count("SELECT count(*) FROM ohjaustila.space WHERE id = \(space)") == (approved ? 1 : 0))
      }
      #expect(try await cast.store.verifyJournals().firstBreak == nil)
    }
  }
}
