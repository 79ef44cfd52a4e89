import Lifecycle
import Testing

@Suite struct RecordingTests {
  /// Opened on 1 March 2026 and left alone: a moment in each state.
  static let moments: [State: String] = [
    .active: "2026-04-01", .reactivatable: "2026-07-01", .archived: "2026-12-01", .erased: "2027-09-02",
  ]

  static let samples: [Fact] = [
    .opened, .customerAuthenticated(authTime: instant("2026-03-20T00:00:00Z")),
    .closed(by: .counsellor, reason: "other"), .reactivated, .archivedEarly(reason: "other"),
    .holdPlaced(lastDay: day("2027-12-31"), reason: "legalClaim"), .holdReleased, .restricted, .unrestricted,
    .erasureDecided, .policyChanged(to: policy(version: 2), lengtheningApproved: true),
  ]

  @Test(arguments: samples, State.allCases)
  func isTakenOnlyWhereAllowed(_ fact: Fact, _ state: State) throws {
    guard let moment = Self.moments[state].map(start) else { return }
    var space = Space(openedAt: start("2026-03-01"))
    if fact == .holdReleased {
      try space.record(.holdPlaced(lastDay: day("2026-03-20"), reason: "legalClaim"), at: start("2026-03-02"))
    }
    if fact == .unrestricted && state != .erased { try space.record(.restricted, at: start("2026-03-02")) }
    #expect(space.state(at: moment) == state)
    let allowed = fact.kind.allowedIn.contains(state)
    if allowed {
      #expect(throws: Never.self) { try space.record(fact, at: moment) }
    } else {
      let error = #expect(throws: LifecycleRefusal.self) { try space.record(fact, at: moment) }
      let since = space.timeline.beginning(of: state)
      let wrongState = LifecycleRefusal.wrongState(state, allowedIn: fact.kind.allowedIn, since: since)
      let alive = fact == .opened && state != .erased
      #expect(error == (alive ? .alreadyOpened(at: start("2026-03-01")) : wrongState))
    }
  }

  /// The design's table, row by row.
  @Test func allowsWhatTheDesignAllows() {
    let living: [State] = [.active, .reactivatable, .closed, .archived]
    let table: [FactKind: [State]] = [
      .opened: [], .customerAuthenticated: living, .closed: [.active], .reactivated: [.reactivatable],
      .archivedEarly: [.active, .reactivatable, .closed], .holdPlaced: living, .holdReleased: living,
      .restricted: living, .unrestricted: living, .erasureDecided: living, .policyChanged: living,
    ]
    for kind in FactKind.allCases { #expect(kind.allowedIn == table[kind]) }
    #expect(FactKind.allCases.allSatisfy { !$0.allowedIn.contains(.erased) })
  }

  @Test func authenticationMovesTheAnchorOncePerDay() throws {
    var space = Space(openedAt: start("2026-03-01") + .seconds(3600))
    func authenticate(_ text: String, at now: String) throws -> Bool {
      try space.record(.customerAuthenticated(authTime: instant(text)), at: instant(now)).changed
    }
    #expect(try !authenticate("2026-03-01T20:00:00Z", at: "2026-03-01T20:00:00Z"))
    #expect(try authenticate("2026-04-30T09:00:00Z", at: "2026-04-30T09:00:05Z"))
    #expect(try !authenticate("2026-04-30T19:00:00Z", at: "2026-04-30T19:00:05Z"))
    #expect(try !authenticate("2026-04-10T19:00:00Z", at: "2026-05-02T19:00:05Z"))
    #expect(space.timeline.lastDays.active == day("2026-07-30") && space.life.anchorKind == .authentication)
    #expect(try !authenticate("2026-07-30T20:00:00Z", at: "2026-07-30T21:00:00Z"))
    #expect(space.state(at: instant("2026-07-30T21:00:00Z")) == .reactivatable)
  }

  @Test func authenticationInTheFutureIsRefusedOrHeldToNow() throws {
    var space = Space(openedAt: start("2026-03-01"))
    let now = start("2026-05-01") - .seconds(10)
    let refusal = LifecycleRefusal.authenticationInFuture(authTime: now + .microseconds(60_000_001), now: now)
    #expect(throws: refusal) {
      try space.record(.customerAuthenticated(authTime: now + .microseconds(60_000_001)), at: now)
    }
    try space.record(.customerAuthenticated(authTime: now + .seconds(60)), at: now)
    #expect(space.life.anchorAt == now && space.timeline.lastDays.active == day("2026-07-30"))
  }

  @Test func actsCountFromTheirOwnDay() throws {
    var space = Space(openedAt: start("2026-03-01"))
    let closedAt = start("2026-03-31") + .seconds(50_000)
    let closed = try space.record(.closed(by: .admin, reason: "counsellorUnavailable"), at: closedAt)
    #expect(closed.effects.map(\.words) == ["active>reactivatable", "notice closed"])
    #expect(space.timeline.closesAt == closedAt && space.timeline.lastDays.reactivatable == day("2026-06-30"))
    let back = start("2026-04-15") + .seconds(7)
    #expect(try space.record(.reactivated, at: back).effects.isEmpty)
    #expect(space.state(at: back) == .active && space.timeline.lastDays.active == day("2026-07-15"))
    let archivedAt = start("2026-04-30") + .seconds(9)
    let archived = try space.record(.archivedEarly(reason: "other"), at: archivedAt)
    #expect(archived.effects.map(\.words) == ["active>archived", "notice archived"])
    #expect(space.timeline.closesAt == archivedAt && space.timeline.lastDays.archived == day("2027-04-30"))
    let erased = try space.record(.erasureDecided, at: start("2026-05-05"))
    #expect(erased.effects.map(\.words) == ["archived>erased", "notice erased"])
    #expect(space.timeline.archivesAt == archivedAt && space.timeline.erasesAt == start("2026-05-05"))
  }

  /// At the very instant of a boundary the fact meets the state that has just begun.
  @Test func anActAtABoundaryFollowsIt() throws {
    var space = Space(openedAt: start("2026-03-01"))
    #expect(
      try space.record(.holdPlaced(lastDay: day("2026-07-01"), reason: "legalClaim"), at: start("2026-06-02")).effects
        .isEmpty)
    let archived = try space.record(.archivedEarly(reason: "other"), at: start("2026-06-02"))
    #expect(archived.effects.map(\.words) == ["reactivatable>archived", "notice archived"])
    #expect(
      space.journal.map(\.what).suffix(6) == [
        "active>reactivatable", "notice closed", "holdPlaced", "archivedEarly", "reactivatable>archived",
        "notice archived",
      ])
  }

  @Test func refusesUnknownReasons() {
    var space = Space(openedAt: start("2026-03-01"))
    let refusal = LifecycleRefusal.unknownReason("bored", known: guidance.reasons)
    #expect(throws: refusal) { try space.record(.closed(by: .counsellor, reason: "bored"), at: start("2026-03-02")) }
    #expect(throws: refusal) { try space.record(.archivedEarly(reason: "bored"), at: start("2026-03-02")) }
    #expect(throws: LifecycleRefusal.policyMismatch(governing: 1, given: 2)) {
      try space.life.recording(.reactivated, at: start("2026-07-01"), policy: policy(version: 2), zone: helsinki)
    }
  }
}
