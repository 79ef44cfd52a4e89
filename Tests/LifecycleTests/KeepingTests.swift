import Lifecycle
import Testing

/// Holds, restrictions and their grace. The base of a space opened on 1 March 2026 ends with 1 September 2027.
@Suite struct KeepingTests {
  private func space() -> Space { Space(openedAt: start("2026-03-01")) }

  private func hold(_ lastDay: String, _ reason: String = "legalClaim") -> Fact {
    .holdPlaced(lastDay: day(lastDay), reason: reason)
  }

  @Test func holdReachesItsCapAndNoFurther() throws {
    var space = space()
    #expect(throws: LifecycleRefusal.holdBeyondCap(latestUntil: day("2028-09-01"))) {
      try space.record(hold("2028-09-02"), at: start("2027-08-01"))
    }
    try space.record(hold("2028-09-01"), at: start("2027-08-01"))
    #expect(space.timeline.erasesAt == start("2028-09-02") && space.timeline.baseErasesAt == start("2027-09-02"))
    #expect(space.timeline.lastDays.archived == day("2028-09-01"))
    #expect(space.timeline.archivesAt == start("2026-09-02"))
  }

  @Test func holdIsRefusedWithItsReason() throws {
    var space = space()
    let now = start("2027-08-01")
    #expect(throws: LifecycleRefusal.unknownHoldReason("whim", known: ["legalClaim", "supervisoryOrder"])) {
      try space.record(hold("2027-12-31", "whim"), at: now)
    }
    #expect(throws: LifecycleRefusal.holdInPast(today: day("2027-08-01"))) {
      try space.record(hold("2027-07-31"), at: now)
    }
    #expect(throws: LifecycleRefusal.noHold) { try space.record(.holdReleased, at: now) }
    try space.record(hold("2027-12-31"), at: now)
    let stands = LifecycleRefusal.holdStands(reason: "legalClaim", lastDay: day("2027-12-31"))
    #expect(throws: stands) { try space.record(hold("2027-12-30", "supervisoryOrder"), at: now) }
    #expect(throws: stands) { try space.record(.erasureDecided, at: start("2027-12-31") + .seconds(86_399)) }
    try space.record(hold("2028-01-31", "supervisoryOrder"), at: now)
    #expect(space.timeline.erasesAt == start("2028-02-01"))
  }

  @Test func aHoldThatIsOverStandsNoMore() throws {
    var space = space()
    try space.record(hold("2026-05-01"), at: start("2026-04-01"))
    #expect(space.life.holdStands(on: day("2026-05-01")) && !space.life.holdStands(on: day("2026-05-02")))
    #expect(space.timeline.erasesAt == start("2027-09-02"))
    try space.record(.erasureDecided, at: start("2026-05-02"))
    #expect(space.state(at: start("2026-05-02")) == .erased)
  }

  @Test func releaseGivesTheBaseOrTheGrace() throws {
    var early = space()
    try early.record(hold("2028-09-01"), at: start("2027-08-01"))
    try early.record(.holdReleased, at: start("2027-08-02"))
    #expect(early.timeline.erasesAt == start("2027-09-02"))
    var late = space()
    try late.record(hold("2028-09-01"), at: start("2027-08-01"))
    try late.record(.holdReleased, at: start("2028-01-01") + .seconds(40_000))
    #expect(late.timeline.erasesAt == start("2028-01-16") && late.state(at: start("2028-01-15")) == .archived)
  }

  /// Placing and releasing in turn never passes the cap.
  @Test func graceKeepsToTheCap() throws {
    var space = space()
    try space.record(hold("2028-09-01"), at: start("2027-08-01"))
    try space.record(.holdReleased, at: start("2028-08-30"))
    #expect(space.timeline.erasesAt == start("2028-09-02"))
  }

  @Test func closingEarlyDrawsTheCapNearer() throws {
    var space = space()
    try space.record(hold("2028-09-01"), at: start("2026-03-02"))
    try space.record(.archivedEarly(reason: "other"), at: start("2026-04-01"))
    #expect(space.timeline.baseErasesAt == start("2027-04-02") && space.timeline.erasesAt == start("2028-04-02"))
    let step = space.life.explanation(guidance, helsinki).steps[3]
    #expect(step.cause == .held(reason: "legalClaim", capped: true) && step.source == "GDPR 17(3)e")
  }

  /// One customer's data is kept by whatever keeps the space's.
  @Test func whatKeepsASpaceKeepsEachOfItsCustomers() throws {
    var space = space()
    let erase = { (space: Space, now: String) in
      try space.life.requireErasable(at: start(now), policy: guidance, zone: helsinki)
    }
    try erase(space, "2026-03-02")
    try space.record(hold("2026-04-01"), at: start("2026-03-02"))
    let stands = LifecycleRefusal.holdStands(reason: "legalClaim", lastDay: day("2026-04-01"))
    #expect(throws: stands) { try erase(space, "2026-04-01") }
    try erase(space, "2026-04-02")
    try space.record(.restricted, at: start("2026-04-03"))
    #expect(throws: LifecycleRefusal.restrictionStands(since: start("2026-04-03"))) { try erase(space, "2026-04-04") }
  }

  @Test func restrictionSuspendsOnlyErasure() throws {
    var space = space()
    let since = start("2026-04-01")
    try space.record(.restricted, at: since)
    #expect(space.timeline.erasesAt == .distantFuture && space.timeline.lastDays.archived == nil)
    #expect(space.timeline.closesAt == start("2026-06-02") && space.state(at: start("2100-01-01")) == .archived)
    let stands = LifecycleRefusal.restrictionStands(since: since)
    #expect(throws: stands) { try space.record(.reactivated, at: start("2026-07-01")) }
    #expect(throws: stands) { try space.record(.restricted, at: start("2026-07-01")) }
    #expect(throws: stands) { try space.record(.erasureDecided, at: start("2026-07-01")) }
    try space.record(.unrestricted, at: start("2029-01-01"))
    #expect(space.timeline.erasesAt == start("2029-01-16"))
    #expect(throws: LifecycleRefusal.notRestricted) { try space.record(.unrestricted, at: start("2029-01-02")) }
  }
}
