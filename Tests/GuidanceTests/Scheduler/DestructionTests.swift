import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Many erased spaces go in one step, a large one in many; nobody is waited for.
@Suite struct DestructionTests {
  @Test func smallSpacesGoTogetherAndALargeOneInSteps() async throws {
    try await Cast.with { cast in
      let large = try await cast.space()
      let customer = try await cast.customer()
      try await cast.upload([1], to: large, by: customer)
      // More chunks than a step deletes.
      try await cast.alter(
        """
        INSERT INTO ohjaustila.file_chunk (space_id, upload_id, index, data)
        SELECT space_id, upload_id, i, data FROM ohjaustila.file_chunk, generate_series(1, 600) i WHERE index = 0
        """)
      var small: [ID<Space>] = []
      for _ in 0..<3 { small.append(try await cast.space()) }
      try await cast.store.moveClock(to: try await cast.timeline(of: small[2]).erases)
      _ = try await cast.store.runBatch()

      let destruction = Destruction(store: cast.store)
      #expect(try await destruction.step() == 3)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.tombstone WHERE destroyed_at IS NULL") == 1)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file_chunk") == 601 - Destruction.chunksAtOnce)
      #expect(try await destruction.step() == 0)
      #expect(try await destruction.step() == 1)
      #expect(try await destruction.step() == nil)
      for table in ["space", "participant", "file", "file_chunk", "upload"] {
        #expect(try await cast.count("SELECT count(*) FROM ohjaustila.\(identifier: table)") == 0, "\(table)")
      }
      for space in [large] + small { _ = try await Chain.verify(space, in: cast.installation) }
    }
  }

  /// Somebody who is just being invited somewhere is left for the next sweep, and does not hold up the others.
  @Test func aLockedPersonIsNotWaitedFor() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let other = try await cast.openSpace(
        customers: [try Cast.invited(1)]
      ).space.id
      let person = try #require(try await cast.customer().uuid)
      try await cast.store.moveClock(to: try await cast.timeline(of: other).erases)
      let lock: Query = "SELECT FROM ohjaustila.person WHERE id = \(person) FOR UPDATE"
      let store = cast.store
      _ = try await HeldLock.over(lock, in: cast.installation, [@Sendable () async throws -> Void]()) {
        let report = try? await store.sweep()
        #expect(report?.destroyed == 2 && report?.peopleErased == 1)
      }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.person WHERE id = \(person)") == 1)
      #expect(try await store.sweep().peopleErased == 1)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.person_check") == 0)
      await #expect(throws: Refusal.notFound) { try await store.space(space, for: cast.counsellor) }
    }
  }
}
