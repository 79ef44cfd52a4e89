import Lifecycle
import Testing

@Suite struct PolicyChangeTests {
  private func second(_ stages: String, _ change: (inout PolicyTerms) -> Void = { _ in }) -> Policy {
    policy(version: 2) { terms in
      terms.stages = Stages(stages)
      terms.notices = terms.notices.filter { $0.boundary == .erasing }
      change(&terms)
    }
  }

  @Test func shorterNeverComesNearerThanEveryWarning() throws {
    var space = Space(openedAt: start("2026-03-01"))
    try space.record(.policyChanged(to: second("P1M P1M P0D P1M"), lengtheningApproved: false), at: start("2026-05-01"))
    #expect(
      space.timeline.lastDays
        == LastDays(
          active: day("2026-05-31"), reactivatable: day("2026-06-30"), sealed: day("2026-06-30"),
          archived: day("2026-07-30")))
    #expect(space.life.policyVersion == 2)
    let step = space.life.explanation(space.policy, helsinki).steps[0]
    #expect(step.cause == .promised && step.lastDay == day("2026-05-31"))
  }

  /// A boundary nearer than the warnings stays where it was.
  @Test func theNearestStaysWhereItWas() throws {
    var space = Space(openedAt: start("2026-03-01"))
    try space.record(.policyChanged(to: second("P1M P1M P0D P1M"), lengtheningApproved: false), at: start("2026-05-25"))
    #expect(space.timeline.closesAt == start("2026-06-02"))
  }

  @Test func whatHasPassedNeverMoves() throws {
    var space = Space(openedAt: start("2026-03-01"))
    let longer = second("P6M P6M P0D P12M")
    try space.record(.policyChanged(to: longer, lengtheningApproved: true), at: start("2026-06-02"))
    #expect(
      space.timeline.closesAt == start("2026-06-02") && space.timeline.lastDays.reactivatable == day("2026-12-01"))
    try space.record(.reactivated, at: start("2026-07-01"))
    #expect(space.timeline.lastDays.active == day("2027-01-01"))
  }

  @Test func lengtheningNeedsApproval() {
    var space = Space(openedAt: start("2026-03-01"))
    let refusal = LifecycleRefusal.lengtheningNotApproved(
      boundary: .erasing, from: start("2027-09-02"), to: start("2028-03-02"))
    #expect(throws: refusal) {
      try space.record(
        .policyChanged(to: second("P3M P3M P0D P18M"), lengtheningApproved: false), at: start("2026-04-01"))
    }
  }

  @Test func mustFitTheSpace() throws {
    var space = Space(openedAt: start("2026-03-01"))
    let now = start("2026-04-01")
    #expect(throws: LifecycleRefusal.policyNotNewer(governing: 1, given: 1)) {
      try space.record(.policyChanged(to: guidance, lengtheningApproved: true), at: now)
    }
    let calls = second("P3M P3M P0D P12M") { $0.register = "calls" }
    #expect(throws: LifecycleRefusal.otherRegister(register: "calls", zoneName: "Europe/Helsinki")) {
      try space.record(.policyChanged(to: calls, lengtheningApproved: true), at: now)
    }
    try space.record(.holdPlaced(lastDay: day("2027-12-01"), reason: "legalClaim"), at: now)
    let without = second("P3M P3M P0D P12M") { $0.holds.removeFirst() }
    #expect(throws: LifecycleRefusal.unknownHoldReason("legalClaim", known: ["supervisoryOrder"])) {
      try space.record(.policyChanged(to: without, lengtheningApproved: true), at: now)
    }
  }

  /// A recording closed at noon stays closed at noon, whatever the later policy says of the stages it has passed.
  @Test func aMomentOfTheDayStaysThatMoment() throws {
    let calls = policy { terms in
      terms.stages = Stages("P0D P0D P6M P0D")
      terms.notices = []
    }
    let made = start("2026-03-01") + .seconds(43_200)
    var space = Space(openedAt: made, policy: calls)
    try space.record(.policyChanged(to: second("P1D P1D P7M P0D"), lengtheningApproved: true), at: made + .seconds(60))
    #expect(space.timeline.closesAt == made && space.timeline.sealsAt == made)
    #expect(space.timeline.lastDays.sealed == day("2026-10-01"))
  }
}
