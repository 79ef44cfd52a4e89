import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// State is judged after the space's lock is held, however long it was waited for.
@Suite struct LockAndTimeTests {
  /// A closing that waits across the boundary comes too late.
  @Test func aFactThatWaitedAcrossABoundaryIsRefused() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let boundary = try await cast.timeline(of: space).closes
      try await cast.store.moveClock(to: boundary - .milliseconds(700))
      let results = try await HeldLock.over(
        space, in: cast.installation, until: boundary,
        [{ @Sendable in try await cast.store.close(space, reason: nil, by: cast.counsellor).state }])
      #expect(throws: Refusal.wrongState(.reactivatable, allowedFrom: [.active], since: boundary)) {
        try results[0].get()
      }
      #expect(try await Chain.verify(space, in: cast.installation).kinds.contains("closed") == false)
    }
  }

  /// A message of the counsellor that waits while the admin archives finds no space any more.
  @Test func aMessageThatWaitedAcrossAnEarlyArchiveIsRefused() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let results = try await HeldLock.over(
        space, in: cast.installation,
        [
          { @Sendable in _ = try await cast.store.archive(space, reason: nil, by: cast.admin) },
          { @Sendable in _ = try await cast.store.postMessage("Vielä yksi", to: space, by: cast.counsellor) },
        ])
      #expect(throws: Never.self) { try results[0].get() }
      #expect(throws: Refusal.notFound) { try results[1].get() }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.message") == 0)
      _ = try await Chain.verify(space, in: cast.installation)
    }
  }

  /// So does an invitation's code.
  @Test func aCodeThatWaitedAcrossAnEarlyArchiveOpensNothing() async throws {
    try await Cast.with { cast in
      let space = try await cast.openSpace(customers: [Cast.invited(email: "a@b.fi")]).space.id
      let code = try await cast.newestCode()
      let visitor = try await cast.visitor()
      let results = try await HeldLock.over(
        space, in: cast.installation,
        [
          { @Sendable in _ = try await cast.store.archive(space, reason: nil, by: cast.admin) },
          { @Sendable in _ = try await cast.store.enter(space, invitation: code, by: visitor) },
        ])
      #expect(throws: Never.self) { try results[0].get() }
      #expect(throws: Refusal.invitationRefused) { try results[1].get() }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.person") == 0)
    }
  }

  /// Appointing a member anew while a space of theirs is being archived does not open it again.
  @Test func anAppointmentThatWaitedAcrossAnEarlyArchiveDoesNotReopen() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let appoint: @Sendable () async throws -> Void = {
        _ = try await cast.store.appoint(Cast.appointment("olli"), to: cast.organisation.id, by: cast.admin)
      }
      let results = try await HeldLock.over(
        space, in: cast.installation,
        [{ @Sendable in _ = try await cast.store.archive(space, reason: nil, by: cast.admin) }, appoint])
      for result in results { try result.get() }
      #expect(try await cast.store.spaces(PageRequest(), for: cast.counsellor).items.isEmpty)
      #expect(
        try await cast.count(
          """
          SELECT count(*) FROM ohjaustila.my_space m JOIN ohjaustila.space s ON s.id = m.space_id
          WHERE m.role = 'counsellor' AND m.visible_until <> s.archives_at
          """) == 0)
    }
  }

  /// Writers on two copies of the service: one chain without gaps, every message numbered, instants that never decrease.
  @Test func concurrentWritersMakeOneChain() async throws {
    try await Cast.with { cast in
      let other = try await cast.installation.copy()
      let space = try await cast.space()
      let customer = try await cast.customer()
      _ = try await cast.store.enter(space, invitation: nil, by: customer)
      let posted = try await withThrowingTaskGroup(of: Int.self) { group in
        for (index, store) in [cast.store, other.store, cast.store, other.store].enumerated() {
          group.addTask {
            var posted = 0
            for round in 0..<12 {
              do {
                switch (index + round) % 4 {
                case 0: _ = try await store.close(space, reason: nil, by: cast.counsellor)
                case 1: _ = try await store.reactivate(space, by: cast.counsellor)
                default:
                  _ = try await store.postMessage(
                    "\(index) \(round)", to: space, by: index == 1 ? customer : cast.counsellor)
                  posted += 1
                }
              } catch Refusal.wrongState {}
            }
            return posted
          }
        }
        return try await group.reduce(0, +)
      }
      let chain = try await Chain.verify(space, in: cast.installation)
      #expect(chain.kinds.count { $0 == "messagePosted" } == posted)
      let messages = try await cast.store.messages(of: space, PageRequest(limit: 200), for: cast.counsellor)
      #expect(messages.items.map(\.number) == Array(1...posted))
      await other.shutdown()
    }
  }

  /// A fact on one copy closes, another reactivates: of two at once one wins, and the journal says which.
  @Test func ofTwoClosingsAtOnceOneWins() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let close: @Sendable () async throws -> State = {
        try await cast.store.close(space, reason: nil, by: cast.counsellor).state
      }
      let results = try await HeldLock.over(space, in: cast.installation, [close, close])
      #expect(results.count { (try? $0.get()) == .reactivatable } == 1)
      #expect(try await Chain.verify(space, in: cast.installation).kinds.count { $0 == "closed" } == 1)
    }
  }
}
