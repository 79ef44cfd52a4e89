import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// A customer leaves by their own wish, and nobody else's.
@Suite struct LeavingTests {
  @Test func aCustomerLeavesAndTheSpaceGoesOn() async throws {
    try await Cast.with { cast in
      let space = try await cast.openSpace(customers: (0...1).map(Cast.invited)).space.id
      let (leaving, staying) = (try await cast.customer(0), try await cast.customer(1))
      _ = try await cast.store.enter(space, invitation: nil, by: staying)
      let own = try #require(try await cast.store.enter(space, invitation: nil, by: leaving).participation)
      _ = try await cast.store.postMessage("Muistakaa minut", to: space, by: leaving)
      let before = try await cast.timeline(of: space)
      await #expect(throws: Refusal.lastOne("a customer who has entered leaves by their own wish only")) {
        try await cast.store.endPlace(own, in: space, by: cast.counsellor)
      }
      await #expect(throws: Refusal.forbidden(.role)) { try await cast.store.endPlace(own, in: space, by: staying) }
      await #expect(throws: Refusal.forbidden(.role)) { try await cast.store.endPlace(own, in: space, by: cast.admin) }
      try await cast.store.endPlace(own, in: space, by: leaving)
      for action in Action.allCases {
        #expect(try await cast.attempt(action, on: space, by: leaving) == .notFound, "\(action)")
      }
      #expect(try await cast.store.spaces(PageRequest(), for: leaving).items.isEmpty)
      // What they wrote stays, under their name; no deadline moves, now or when they sign in again.
      let messages = try await cast.store.messages(of: space, PageRequest(), for: staying).items
      #expect(messages.map(\.text) == ["Muistakaa minut"] && messages.map(\.sender.name) == ["Asiakas 0"])
      try await cast.store.moveClock(to: cast.store.clock.now + .seconds(5 * 86_400))
      await #expect(throws: Refusal.notFound) { try await cast.store.space(space, for: try await cast.customer(0)) }
      #expect(try await cast.timeline(of: space) == before)
      #expect(try await Chain.verify(space, in: cast.installation).kinds.last == "participantLeft")
      // Who left may be invited again, to a place of their own.
      _ = try await cast.store.invite(Cast.invited(0), to: space, by: cast.counsellor)
      #expect(try await cast.store.space(space, for: try await cast.customer(0)).participation != own)
    }
  }

  /// The last customer leaves: the space closes by its rule, and its erasure takes the person along.
  @Test func theLastCustomerLeaves() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let customer = try await cast.customer()
      let own = try #require(try await cast.store.enter(space, invitation: nil, by: customer).participation)
      try await cast.store.endPlace(own, in: space, by: customer)
      let timeline = try await cast.timeline(of: space)
      try await cast.installation.advance(to: timeline.closes)
      #expect(try await cast.store.space(space, for: cast.counsellor).state == .reactivatable)
      let report = try await cast.installation.advance(to: timeline.erases)
      #expect(report.destroyed == 1 && report.peopleErased == 1)
    }
  }

  /// An archive is left, too; a restriction holds everybody where they are.
  @Test func anArchiveIsLeftAndARestrictionHolds() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let own = try #require(
        try await cast.store.enter(space, invitation: nil, by: try await cast.customer()).participation)
      try await cast.restrict(space)
      await #expect(throws: Refusal.restricted) {
        try await cast.store.endPlace(own, in: space, by: try await cast.customer())
      }
      _ = try await cast.store.liftRestriction(of: space, by: try await cast.officer())
      try await cast.bring(space, to: .archived)
      let customer = try await cast.customer()
      try await cast.store.endPlace(own, in: space, by: customer)
      await #expect(throws: Refusal.notFound) { try await cast.store.archive(of: space, for: customer) }
      _ = try await Chain.verify(space, in: cast.installation)
    }
  }

  /// Marks are seen by the others, never go back, and change no version.
  @Test func readMarks() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let customer = try await cast.customer()
      _ = try await cast.store.enter(space, invitation: nil, by: customer)
      for number in 1...3 { _ = try await cast.store.postMessage("\(number)", to: space, by: cast.counsellor) }
      let version = try await cast.store.space(space, for: customer).space.version
      for number in [2, 1] { try await cast.store.markRead(through: number, in: space, by: customer) }
      for number in [0, 4] {
        await #expect(throws: Refusal.invalid(field: "/number", rule: "is that of a message in the space")) {
          try await cast.store.markRead(through: number, in: space, by: customer)
        }
      }
      let marks = try await cast.store.participants(of: space, for: cast.counsellor).map(\.readThrough)
      #expect(marks == [0, 2])
      #expect(try await cast.store.space(space, for: customer).space.version == version)
      await #expect(throws: Refusal.forbidden(.role)) {
        try await cast.store.markRead(through: 1, in: space, by: cast.admin)
      }
    }
  }
}
