import Lifecycle
import Postgres
import TestSupport
import Testing
import Vault

@testable import Guidance

/// Everybody locks in one order: a person before a space, a membership before either.
@Suite struct LockOrderTests {
  /// The same person is invited by personal identity code and redeems a code: either comes first, neither deadlocks.
  @Test(arguments: [true, false]) func invitingAndRedeemingThePersonAtOnce(_ invitesFirst: Bool) async throws {
    try await Cast.with { cast in
      let store = cast.store
      _ = try await cast.openSpace(customers: [Cast.invited(1)])
      let space = try await cast.openSpace(customers: [Cast.invited(email: "a@b.fi")]).space.id
      let code = try await cast.newestCode()
      let person = try await cast.customer(1)
      let invite: @Sendable () async throws -> Void = {
        _ = try await store.invite(Cast.invited(1), to: space, by: cast.counsellor)
      }
      let redeem: @Sendable () async throws -> Void = {
        _ = try await store.enter(space, invitation: code, by: person)
      }
      let results = try await HeldLock.over(
        space, in: cast.installation, invitesFirst ? [invite, redeem] : [redeem, invite])
      #expect(throws: Never.self) { try results[0].get() }
      #expect(throws: Refusal.self) { try results[1].get() }
      #expect(try await store.space(space, for: person).state == .active)
      _ = try await Chain.verify(space, in: cast.installation)
    }
  }

  /// A counsellor is dismissed while a space of theirs is being opened: they don't see it when both are done.
  @Test func aDismissalFindsTheSpaceThatIsBeingOpened() async throws {
    try await Cast.with { cast in
      _ = try await cast.space()
      let results = try await HeldLock.over(
        "SELECT FROM ohjaustila.person FOR UPDATE", in: cast.installation,
        [
          { @Sendable in _ = try? await cast.space() },
          { @Sendable in try await cast.store.dismiss("olli", from: cast.organisation.id, by: cast.admin) },
        ])
      for result in results { try result.get() }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space") == 2)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.my_space WHERE role = 'counsellor'") == 0)
      #expect(try await cast.store.orphans(of: cast.organisation.id, for: cast.admin).count == 2)
    }
  }

  /// Two openings name the same customers in opposite order.
  @Test func twoOpeningsWithTheSameCustomers() async throws {
    try await Cast.with { cast in
      _ = try await cast.openSpace(customers: [Cast.invited(0), Cast.invited(1)])
      let digest = try #require(
        PersonDigests(try await cast.customer(0).identity, index: cast.store.keys.blindIndex).hetu)
      let open: @Sendable ([Int]) async throws -> Void = { order in
        _ = try await cast.openSpace(customers: order.map(Cast.invited))
      }
      let results = try await HeldLock.over(
        "SELECT FROM ohjaustila.person WHERE hetu_index = \(digest) FOR UPDATE", in: cast.installation,
        [{ @Sendable in try await open([0, 1]) }, { @Sendable in try await open([1, 0]) }])
      for result in results { try result.get() }
    }
  }
}
