import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// A space's life over the store.
@Suite struct StoredLifecycleTests {
  @Test func aSpaceLivesItsLife() async throws {
    try await Cast.with { cast in
      let store = cast.store
      let opened = try await cast.openSpace()
      let space = opened.space.id
      #expect(opened.state == .active && opened.participants.count == 2)
      let customer = try await cast.customer()
      #expect(try await store.enter(space, invitation: nil, by: customer).state == .active)
      let closed = try await store.close(space, reason: "guidanceEnded", by: cast.counsellor)
      #expect(closed.state == .reactivatable && closed.allowedActions.contains(.reactivate))
      let again = try await store.reactivate(space, by: cast.counsellor)
      #expect(again.state == .active && again.space.timeline.closesAt > closed.space.timeline.closesAt)
      try await cast.bring(space, to: .reactivatable)
      #expect(try await store.space(space, for: cast.counsellor).state == .reactivatable)
      try await cast.bring(space, to: .archived)
      #expect(try await store.space(space, for: try await cast.customer()).state == .archived)
      try await cast.bring(space, to: .erased)
      #expect(
        try await Chain.verify(space, in: cast.installation).kinds == [
          "opened", "participantInvited", "customerAuthenticated", "closed", "crossed", "reactivated", "crossed",
          "crossed", "customerAuthenticated", "crossed", "destroyed",
        ])
    }
  }

  /// The message that is also the day's first authentication counts like any other.
  @Test func theFirstRequestOfADayMayBeAMessageOrAFile() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      for day in 1...3 {
        try await cast.store.moveClock(to: cast.store.clock.now + .seconds(86_400))
        let customer = try await cast.customer()
        #expect(try await cast.store.postMessage("Hei", to: space, by: customer).number == 2 * day - 1)
        #expect(try await cast.store.postMessage("Moi", to: space, by: cast.counsellor).number == 2 * day)
        try await cast.store.moveClock(to: cast.store.clock.now + .seconds(86_400))
        #expect(try await cast.upload([1], to: space, by: try await cast.customer()).number == day)
      }
      let view = try await cast.store.space(space, for: cast.counsellor).space
      #expect(view.messageCount == 6 && view.fileCount == 3)
      _ = try await Chain.verify(space, in: cast.installation)
    }
  }

  /// An authentication moves the anchor while the space is active, and reactivates nothing after it.
  @Test func anAuthenticationProlongsButNeverReactivates() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let before = try await cast.timeline(of: space)
      try await cast.store.moveClock(to: before.closes - .seconds(86_400))
      _ = try await cast.store.space(space, for: try await cast.customer())
      let prolonged = try await cast.timeline(of: space)
      #expect(prolonged.closes > before.closes && prolonged.erases > before.erases)
      try await cast.installation.advance(to: prolonged.closes)
      let view = try await cast.store.space(space, for: try await cast.customer())
      #expect(view.state == .reactivatable && view.space.timeline.closesAt == prolonged.closes)
      #expect(try await cast.store.space(space, for: cast.counsellor).state == .reactivatable)
    }
  }

  /// An `auth_time` from the future is refused, one from before the opening shortens nothing.
  @Test func authenticationsOutOfTime() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let before = try await cast.timeline(of: space)
      let future = try await cast.customer(at: cast.store.clock.now + .seconds(3600))
      await #expect(throws: Refusal.forbidden(.assurance)) { try await cast.store.space(space, for: future) }
      let past = try await cast.customer(at: cast.store.clock.now - .seconds(40 * 86_400))
      _ = try await cast.store.space(space, for: past)
      #expect(try await cast.timeline(of: space) == before)
    }
  }

  /// The admin archives: the counsellor and the admin lose it at once, in lists too, the customer keeps it.
  @Test func anEarlyArchiveHidesAtOnce() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let envelope = try await cast.store.archive(space, reason: nil, by: cast.admin)
      #expect(envelope.state == .archived && envelope.title == nil && envelope.participants.isEmpty)
      for caller in [cast.counsellor, cast.admin] {
        await #expect(throws: Refusal.notFound) { try await cast.store.space(space, for: caller) }
        #expect(try await cast.store.spaces(PageRequest(), for: caller).items.isEmpty)
        #expect(try await cast.store.spaces(PageRequest(), role: .admin, for: caller).items.isEmpty)
      }
      #expect(try await cast.store.space(space, for: try await cast.customer()).state == .archived)
    }
  }

  /// A dismissal ends access at once; the space waits among the orphans for the admin.
  @Test func aDismissalEndsAccess() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      try await cast.store.dismiss("olli", from: cast.organisation.id, by: cast.admin)
      await #expect(throws: Refusal.notFound) { try await cast.store.space(space, for: cast.counsellor) }
      await #expect(throws: Refusal.self) { try await cast.openSpace() }
      #expect(try await cast.store.orphans(of: cast.organisation.id, for: cast.admin).map(\.space.id) == [space])
      #expect(try await cast.store.close(space, reason: nil, by: cast.admin).state == .reactivatable)
      await #expect(throws: Refusal.lastOne("the organisation would be left without an admin")) {
        try await cast.store.dismiss("aino", from: cast.organisation.id, by: cast.admin)
      }
      await #expect(throws: Refusal.notFound) {
        try await cast.store.dismiss("kaisa", from: cast.organisation.id, by: cast.otherAdmin)
      }
    }
  }

  /// A change that builds on what was read is refused once a boundary was crossed.
  @Test func entityTagsChangeWithTheState() async throws {
    try await Cast.with { cast in
      let view = try await cast.openSpace()
      let space = view.space.id
      try await cast.store.moveClock(to: view.space.timeline.closesAt)
      await #expect(throws: Refusal.preconditionFailed) {
        try await cast.store.reactivate(space, by: cast.counsellor, ifMatch: view.entityTag)
      }
      let tag = try await cast.store.space(space, for: cast.counsellor).entityTag
      #expect(try await cast.store.reactivate(space, by: cast.counsellor, ifMatch: tag).state == .active)
      await #expect(
        throws: Refusal.invalid(
          field: "/reason", rule: "is one of guidanceEnded, counsellorUnavailable, customerRequest, other")
      ) { try await cast.store.close(space, reason: "whim", by: cast.counsellor) }
    }
  }
}
