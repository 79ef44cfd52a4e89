import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// What a data protection officer reaches, through use cases and through bare statements.
@Suite struct OfficerTests {
  @Test(arguments: [State.active, .reactivatable, .archived, .erased])
  func seesEnvelopesAndNothingElse(_ state: State) async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let space = try await cast.space()
      try await cast.bring(space, to: state)
      for action in Action.allCases {
        let reached: Set<Action> = [.read, .readTimeline, .readJournal, .readHolds, .hold, .restrict, .erase]
        let expected: Cast.Outcome = reached.contains(action) && state != .erased ? .done : .notFound
        if action != .enter {
          #expect(try await cast.attempt(action, on: space, by: officer) == expected, "\(action) \(state)")
        }
      }
      guard state != .erased else { return }
      let view = try await cast.store.space(space, for: officer)
      #expect(view.title == nil && view.participants.isEmpty && view.counsellors.isEmpty)
      #expect(view.roles == [.dataProtectionOfficer] && view.state == state)
      #expect(view.allowedActions == [.read, .readTimeline, .readJournal, .readHolds, .hold, .restrict, .erase])
      #expect(try await cast.store.spaces(PageRequest(), for: officer).items.isEmpty)
    }
  }

  /// Of another organisation, dismissed, or an admin besides: nothing.
  @Test func whoIsNoOfficerHere() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let other = Cast.appointment("ossi", roles: [.dataProtectionOfficer], committed: nil)
      _ = try await cast.store.appoint(other, to: cast.otherOrganisation.id, by: cast.otherAdmin)
      let stranger = try await cast.store.caller(Cast.staff("ossi"))
      let officer = try await cast.officer()
      #expect(try await cast.attempt(.readJournal, on: space, by: officer) == .done)
      try await cast.store.dismiss("tiina", from: cast.organisation.id, by: cast.admin)
      for caller in [stranger, officer, try await cast.visitor(), cast.colleague] {
        for action in [Action.read, .readTimeline, .readJournal, .readHolds, .hold, .restrict, .erase] {
          #expect(try await cast.attempt(action, on: space, by: caller) == .notFound, "\(action)")
        }
      }
      let both = Cast.appointment("aino", roles: [.admin, .dataProtectionOfficer], committed: nil)
      await #expect(throws: Refusal.self) {
        try await cast.store.appoint(both, to: cast.organisation.id, by: cast.admin)
      }
      #expect(try await cast.attempt(.readHolds, on: space, by: cast.admin) == .forbidden)
    }
  }

  /// Somebody with psql and the officers' login role: envelopes and journals of the own organisation only.
  @Test func bareStatementsReveal() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let other = Cast.appointment("ossi", roles: [.dataProtectionOfficer], committed: nil)
      _ = try await cast.store.appoint(other, to: cast.otherOrganisation.id, by: cast.otherAdmin)
      let stranger = try await cast.store.caller(Cast.staff("ossi"))
      let (space, archived) = (try await cast.space(), try await cast.space())
      _ = try await cast.store.archive(archived, reason: nil, by: cast.admin)
      for (caller, spaces, entries) in [(officer, 2, 2), (stranger, 0, 0), (cast.counsellor, 0, 0), (cast.admin, 0, 0)]
      {
        let seen = try await Connection.run(
          ConnectionConfiguration(url: cast.installation.url(RoleNames.standard.dpo))
        ) { connection in
          try connection.pipeline([
            "SELECT set_config('ohj.principal', \(caller.uuid.map { "\($0)" }), false)",
            "SELECT set_config('ohj.space', \(space.description), false)",
            "SELECT count(*) FROM ohjaustila.space", "SELECT count(*) FROM ohjaustila.journal",
            "SELECT count(*) FROM ohjaustila.tombstone", "UPDATE ohjaustila.space SET version = version",
          ])[2...].map { try $0.first?.get(0, as: Int.self) ?? $0.affected }
        }
        #expect(seen == [spaces, entries, 0, spaces])
      }
    }
  }
}
