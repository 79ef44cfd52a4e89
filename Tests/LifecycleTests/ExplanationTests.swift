import Lifecycle
import TestSupport
import Testing

@Suite struct ExplanationTests {
  @Test func tellsALifeLeftAlone() {
    let life = Life.opening(at: start("2025-11-30"), policy: guidance, zone: helsinki).life
    let told = life.explanation(guidance, helsinki)
    #expect(
      told.steps.map(\.cause) == [
        .counted(from: day("2025-11-30"), anchor: .opening, period: period("P3M"), clamped: true),
        .counted(from: day("2026-02-28"), anchor: .stageBefore, period: period("P3M"), clamped: false),
        .counted(from: day("2026-05-28"), anchor: .stageBefore, period: .zero, clamped: false),
        .counted(from: day("2026-05-28"), anchor: .stageBefore, period: period("P12M"), clamped: false),
      ])
    #expect(told.steps.map(\.boundary) == Boundary.allCases && told.base == told.steps[3])
    #expect(told.steps.map(\.source) == ["P3M", "P3M", "P0D", "P12M"].map { "seed 002 §6: \($0)" })
  }

  @Test func namesActsAnchorsAndSuspension() throws {
    var space = Space(openedAt: start("2026-03-01"))
    func cause(_ index: Int) -> DeadlineCause { space.life.explanation(guidance, helsinki).steps[index].cause }
    try space.record(.customerAuthenticated(authTime: start("2026-04-01")), at: start("2026-04-01"))
    #expect(
      cause(0) == .counted(from: day("2026-04-01"), anchor: .authentication, period: period("P3M"), clamped: false))
    try space.record(.closed(by: .counsellor, reason: "other"), at: start("2026-05-01"))
    #expect(cause(0) == .act(.closed))
    #expect(cause(1) == .counted(from: day("2026-05-01"), anchor: .closing, period: period("P3M"), clamped: false))
    try space.record(.reactivated, at: start("2026-06-01"))
    #expect(cause(0) == .counted(from: day("2026-06-01"), anchor: .reactivation, period: period("P3M"), clamped: false))
    try space.record(.archivedEarly(reason: "other"), at: start("2026-06-05"))
    #expect(cause(2) == .act(.archivedEarly))
    #expect(
      cause(3) == .counted(from: day("2026-06-05"), anchor: .earlyArchiving, period: period("P12M"), clamped: false))
    try space.record(.restricted, at: start("2026-06-06"))
    #expect(cause(3) == .suspended(since: start("2026-06-06")))
    #expect(space.life.explanation(guidance, helsinki).steps[3].lastDay == nil)
    try space.record(.unrestricted, at: start("2028-01-01"))
    #expect(cause(3) == .grace)
    try space.record(.erasureDecided, at: start("2028-01-02"))
    #expect(cause(3) == .act(.erasureDecided))
  }

  /// The explanation and the timeline are one computation.
  @Test func agreesWithTheTimeline() {
    var random = SplitMix64(seed: testSeed)
    for _ in 0..<200 {
      var walk = RandomWalk(random: random)
      for _ in 0..<8 { walk.step() }
      random = walk.random
      let told = walk.space.life.explanation(walk.space.policy, helsinki)
      #expect(told.steps.map(\.at) == Boundary.allCases.map { walk.space.timeline.instant(of: $0) })
      #expect(told.base.at == walk.space.timeline.baseErasesAt)
    }
  }
}
