import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// More erasures than a day has are held until somebody has looked.
@Suite struct ErasureBreakerTests {
  /// An installation that erases at most so many a day without a word.
  private func with(most spaces: Int, _ body: (Cast) async throws -> Void) async throws {
    var options = GuidanceStore.Options()
    (options.erasureLimit.spaces, options.erasureLimit.percent) = (spaces, 0)
    try await Cast.with(options: options) { try await body($0) }
  }

  private func keys(_ cast: Cast) async throws -> Int {
    try await cast.count("SELECT count(*) FROM ohjaustila.space_secret")
  }

  private func open(_ count: Int, _ cast: Cast) async throws -> [ID<Space>] {
    var spaces: [ID<Space>] = []
    for _ in 0..<count { spaces.append(try await cast.space()) }
    return spaces
  }

  /// Nothing is erased, all else goes on, everybody sees nothing, and the word lets them go, whichever copy hears it.
  @Test func tooManyAreHeldUntilConfirmed() async throws {
    try await with(most: 2) { cast in
      let other = try await cast.installation.copy(options: cast.store.options)
      let spaces = try await open(3, cast)
      let customer = try await cast.customer()
      try await cast.store.moveClock(to: try await cast.timeline(of: spaces[2]).erases)
      let rehearsal = try await cast.store.rehearseSweep(asOf: nil)
      let report = try await cast.store.sweep()
      #expect(report.erasuresHeld == 3 && report.destroyed == 0 && report.crossed[.erased] == nil)
      #expect(report.crossed == [.reactivatable: 3, .archived: 3] && report.crossed == rehearsal.crossed)
      #expect(rehearsal.erasuresHeld == 3 && rehearsal.notices == report.notices)
      let unfinished = try await keys(cast)
      #expect(unfinished == 3)
      for store in [cast.store, other.store] {
        await #expect(throws: Refusal.notFound) { try await store.space(spaces[0], for: customer) }
      }
      // The other copy obeys, nothing spins, and nothing is written twice.
      try await cast.alter("UPDATE ohjaustila.due SET retry_at = '-infinity'")
      let again = try await other.store.sweep()
      #expect(again.erasuresHeld == 3 && again.crossed == [:] && again.notices == 0)
      #expect(try #require(try await cast.store.nextDue()) > cast.store.clock.now + .seconds(30))
      // Their notices wait with them: none is looked at again and again.
      while try await NoticeExpansion(store: cast.store).run() != nil {}
      let soon = cast.store.clock.now + .seconds(30)
      let waiting = try await cast.count("SELECT count(*) FROM ohjaustila.outbox WHERE NOT expanded")
      let rested = try await cast.count("SELECT count(*) FROM ohjaustila.outbox WHERE due_at > \(soon)")
      #expect(waiting > 0 && rested == waiting)
      let held = try await cast.store.heldErasures()
      #expect(held == [HeldErasures(register: "ohjaustila", due: 3, erased: 0, limit: 2)])
      // Whoever knows of fewer must look again.
      await #expect(throws: Refusal.invalid(field: "/confirmErasures", rule: "is at least 3, as many as are held")) {
        try await cast.store.confirmErasures(upTo: 2)
      }
      #expect(try await cast.store.confirmErasures(upTo: 3) == 3)
      let gone = try await other.store.sweep()
      #expect(gone.destroyed == 3 && gone.crossed == [.erased: 3] && gone.erasuresHeld == 0)
      #expect(try await keys(cast) == 0)
      for space in spaces {
        let chain = try await Chain.verify(space, in: cast.installation)
        #expect(chain.kinds == ["opened", "participantInvited", "crossed", "crossed", "crossed", "destroyed"])
      }
      await other.shutdown()
    }
  }

  /// An ordinary day is not held, and neither is the next one; more on the same day are.
  @Test func theLimitIsOfADay() async throws {
    try await with(most: 2) { cast in
      let first = try await open(2, cast)
      try await cast.store.moveClock(to: cast.store.clock.now + .seconds(86_400 - 7200))
      let second = try await open(2, cast)
      let erases = try await cast.timeline(of: first[1]).erases
      #expect(try await cast.installation.advance(to: erases).destroyed == 2)
      let laterErases = try await cast.timeline(of: second[1]).erases
      // Brought forward to the same day: two have gone already.
      try await cast.alter(
        """
        UPDATE ohjaustila.space SET erases_at = \(erases + .seconds(3600)), archives_at = \(erases),
          seals_at = \(erases), closes_at = \(erases) WHERE id = \(second[0])
        """)
      try await cast.alter("UPDATE ohjaustila.due SET at = \(erases + .seconds(3600)) WHERE space_id = \(second[0])")
      #expect(try await cast.installation.advance(to: erases + .seconds(7200)).erasuresHeld == 1)
      #expect(try await cast.store.heldErasures().first?.erased == 2)
      // A day later it is one of an ordinary day's.
      try await cast.store.moveClock(to: max(laterErases, erases + .seconds(86_400 + 60)))
      #expect(try await cast.store.sweep().destroyed == 2)
    }
  }

  /// What comes on top of what was confirmed is counted again.
  @Test func aConfirmationIsForSoMany() async throws {
    try await with(most: 1) { cast in
      let spaces = try await open(5, cast)
      let erases = try await cast.timeline(of: spaces[4]).erases
      try await cast.alter("UPDATE ohjaustila.due SET at = 'infinity' WHERE space_id = ANY (\(Array(spaces[2...])))")
      try await cast.store.moveClock(to: erases)
      #expect(try await cast.store.sweep().erasuresHeld == 2)
      #expect(try await cast.store.confirmErasures(upTo: 9) == 2)
      try await cast.alter(
        "UPDATE ohjaustila.due SET at = \(erases), retry_at = '-infinity' WHERE space_id = ANY (\(Array(spaces[2...])))"
      )
      #expect(try await cast.store.sweep().erasuresHeld == 5)
      #expect(try await cast.store.confirmErasures(upTo: 5) == 5)
      #expect(try await cast.store.sweep().destroyed == 5)
      #expect(try await cast.store.confirmErasures(upTo: 1) == 0)
    }
  }

  /// Two copies sweep at once: neither erases one of too many.
  @Test func twoCopiesAtOnceHold() async throws {
    try await with(most: 3) { cast in
      let other = try await cast.installation.copy(options: cast.store.options)
      let spaces = try await open(8, cast)
      try await cast.store.moveClock(to: try await cast.timeline(of: spaces[7]).erases)
      async let first = cast.store.sweep()
      async let second = other.store.sweep()
      let both = try await [first, second]
      #expect(both.allSatisfy { $0.destroyed == 0 && $0.crossed[.erased] == nil })
      #expect(try await keys(cast) == 8)
      await other.shutdown()
    }
  }

  @Test(arguments: [(0, 1000), (20_000, 1000), (20_020, 1001), (1_000_000, 50_000)])
  func theGreaterOfNumberAndShare(living: Int, most: Int) {
    #expect(ErasureLimit().most(of: living) == most)
  }

  @Test func theLimitIsConfiguration() throws {
    #expect(try InstallationFile.parse("limits: {}", file: "x").erasureLimit == ErasureLimit())
    let file = try InstallationFile.parse("limits: { maximumErasures: 5, maximumErasurePercent: 0 }", file: "x")
    #expect(file.erasureLimit.most(of: 1_000_000) == 5)
    for (text, key) in [
      ("maximumErasures: -1", "limits.maximumErasures"), ("maximumErasurePercent: 101", "limits.maximumErasurePercent"),
    ] {
      let error = #expect(throws: PolicyFileError.self) { try InstallationFile.parse("limits: { \(text) }", file: "x") }
      #expect(error?.key == key)
    }
  }
}
