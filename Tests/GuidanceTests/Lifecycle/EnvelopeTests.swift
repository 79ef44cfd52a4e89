import Guidance
import Lifecycle
import TestSupport
import Testing

/// What an admin sees of a space they are not in, and what its entity tag says.
@Suite struct EnvelopeTests {
  @Test func anAdminSeesWhoLeadsASpaceAndNothingInIt() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let listed = try await cast.store.spaces(PageRequest(), role: .admin, for: cast.admin).items
      for view in [try await cast.store.space(space, for: cast.admin)] + listed {
        #expect(view.counsellors == ["Olli"])
        #expect(view.title == nil && view.participants.isEmpty)
      }
      #expect(try await cast.store.space(space, for: cast.counsellor).counsellors.isEmpty)
    }
  }

  /// A counsellor who is an admin as well gets the same tag from the list as from the space.
  @Test func listAndSpaceAgreeOnTheTag() async throws {
    try await Cast.with { cast in
      let both = Cast.appointment("olli", roles: [.counsellor, .admin])
      _ = try await cast.store.appoint(both, to: cast.organisation.id, by: cast.admin)
      let space = try await cast.space()
      let listed = try await cast.store.spaces(PageRequest(), for: cast.counsellor).items
      #expect(listed.map(\.entityTag) == [try await cast.store.space(space, for: cast.counsellor).entityTag])
    }
  }

  /// The tag is strong: it changes when a later authentication shows, also where that moves no boundary. The archive's does not.
  @Test func anAuthenticationAfterClosingChangesTheTagAndNoArchive() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      _ = try await cast.store.space(space, for: try await cast.customer())
      let closed = try await cast.store.close(space, reason: nil, by: cast.counsellor)
      let archive = try await cast.store.archive(of: space, for: try await cast.customer())
      try await cast.store.moveClock(to: cast.store.clock.now + .seconds(2 * 86_400))
      _ = try await cast.store.space(space, for: try await cast.customer())
      #expect(try await cast.store.space(space, for: cast.counsellor).entityTag != closed.entityTag)
      let later = try await cast.store.archive(of: space, for: try await cast.customer())
      #expect(later.entityTag == archive.entityTag)
    }
  }

  @Test func aCommitmentIsNotSignedTomorrow() async throws {
    try await Cast.with { cast in
      let tomorrow = try ZoneFile.load("Europe/Helsinki").date(of: cast.store.clock.now).adding(days: 1)
      await #expect(throws: Refusal.invalid(field: "/commitmentSignedOn", rule: "is a day that has come")) {
        try await cast.store.appoint(
          Cast.appointment("liisa", committed: tomorrow), to: cast.organisation.id, by: cast.admin)
      }
    }
  }
}
