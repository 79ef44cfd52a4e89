import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Restriction (GDPR 18): who sees the space meanwhile is PermissionTests' matter; here is what becomes of its time.
@Suite struct RestrictionTests {
  @Test func erasureWaitsAndComesWithGrace() async throws {
    try await Cast.with { cast in
      let (space, officer) = (try await cast.space(), try await cast.officer())
      let base = try await cast.timeline(of: space).erases
      let restricted = try await cast.store.restrict(space, by: officer)
      #expect(restricted.space.isRestricted && restricted.space.timeline.erasesAt == .distantFuture)
      let since = restricted.space.life.restrictedAt
      #expect(try await cast.store.restrict(space, by: officer).space.life.restrictedAt == since)
      let explained = try await cast.store.timeline(of: space, for: try await cast.customer()).explanation
      #expect(explained.steps.last?.cause == since.map { .suspended(since: $0) })
      await #expect(throws: Refusal.restricted) { try await cast.store.erase(space, by: officer) }
      try await cast.installation.advance(to: base + .seconds(40 * 86_400))
      #expect(try await cast.store.space(space, for: officer).state == .archived)
      let today = cast.today
      let lifted = try await cast.store.liftRestriction(of: space, by: officer)
      #expect(!lifted.space.isRestricted)
      #expect(lifted.space.timeline.erasesAt == cast.store.zone.endOfDay(today.adding(days: 14)))
      await #expect(throws: Refusal.notFound) { try await cast.store.liftRestriction(of: space, by: officer) }
      try await cast.bring(space, to: .erased)
      #expect(try await cast.attempt(.read, on: space, by: officer) == .notFound)
      let kinds = try await Chain(of: space, in: cast.installation).kinds
      #expect(kinds.filter { $0.hasSuffix("estricted") } == ["restricted", "unrestricted"])
      #expect(try await cast.store.verifyJournals().firstBreak == nil)
    }
  }

  @Test func staffSeeItAgainAfterwards() async throws {
    try await Cast.with { cast in
      let (space, officer) = (try await cast.space(), try await cast.officer())
      _ = try await cast.store.restrict(space, by: officer)
      for caller in [cast.counsellor, cast.admin] {
        #expect(try await cast.attempt(.read, on: space, by: caller) == .notFound)
      }
      _ = try await cast.hold(space, through: try await cast.baseLastDay(space).adding(days: 30))
      _ = try await cast.store.liftRestriction(of: space, by: officer)
      #expect(try await cast.attempt(.write, on: space, by: cast.counsellor) == .done)
      #expect(try await cast.attempt(.read, on: space, by: cast.admin) == .done)
    }
  }

  /// Nobody new comes by an invitation's code meanwhile; who is in it already does, and the code is good afterwards.
  @Test func nobodyNewComes() async throws {
    try await Cast.with { cast in
      let space = try await cast.openSpace(customers: [Cast.invited(0), Cast.invited(email: "a@b.fi")]).space.id
      let (code, officer) = (try await cast.newestCode(), try await cast.officer())
      let customer = try await cast.customer()
      _ = try await cast.store.enter(space, invitation: nil, by: customer)
      _ = try await cast.store.restrict(space, by: officer)
      let people = try await cast.count("SELECT count(*) FROM ohjaustila.person")
      let visitor = try await cast.visitor()
      await #expect(throws: Refusal.restricted) {
        try await cast.store.enter(space, invitation: code, by: visitor)
      }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.person") == people)
      await #expect(throws: Refusal.invitationRefused) {
        try await cast.store.enter(space, invitation: "0000-0000-0000-0000", by: visitor)
      }
      #expect(try await cast.store.enter(space, invitation: code, by: customer).space.isRestricted)
      _ = try await cast.store.liftRestriction(of: space, by: officer)
      #expect(try await cast.store.enter(space, invitation: code, by: visitor).state == .active)
      _ = try await Chain.verify(space, in: cast.installation)
    }
  }
}
