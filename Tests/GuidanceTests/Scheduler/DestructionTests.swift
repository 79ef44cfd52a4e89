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

  /// A key that came back by whatever way goes before anything is called destroyed.
  @Test func aKeyThatIsStillThereGoesFirst() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      try await cast.alter("CREATE TABLE public.kept AS SELECT * FROM ohjaustila.space_secret")
      try await cast.store.moveClock(to: try await cast.timeline(of: space).erases)
      try await cast.store.runBatch()
      try await cast.alter("INSERT INTO ohjaustila.space_secret SELECT * FROM public.kept")
      #expect(try await cast.store.sweep().destroyed == 1)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space_secret") == 0)
    }
  }

  /// Where rows do not go although they were deleted, nothing is called destroyed; other spaces are, and nobody spins.
  @Test(arguments: ["space_secret", "file_chunk", "message"])
  func nothingIsCalledDestroyedThatIsThere(_ table: String) async throws {
    try await Cast.with { cast in
      let stubborn = try await cast.space()
      let customer = try await cast.customer()
      _ = try await cast.store.postMessage("Hei", to: stubborn, by: customer)
      try await cast.upload([1, 2, 3], to: stubborn, by: customer)
      let other = try await cast.space()
      try await cast.alter("CREATE TABLE public.kept AS SELECT * FROM ohjaustila.space_secret")
      try await cast.store.moveClock(to: try await cast.timeline(of: other).erases)
      try await cast.store.runBatch()
      if table == "space_secret" {
        try await cast.alter(
          "INSERT INTO ohjaustila.space_secret SELECT * FROM public.kept WHERE space_id = \(stubborn)")
      }
      for statement: Query in [
        """
        CREATE FUNCTION public.stay() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN IF OLD.space_id IN (SELECT space_id FROM public.stubborn) THEN RETURN NULL; END IF; RETURN OLD; END'
        """,
        "CREATE TABLE public.stubborn AS SELECT id AS space_id FROM ohjaustila.space WHERE id = \(stubborn)",
        "GRANT SELECT ON public.stubborn TO PUBLIC",
        """
        CREATE TRIGGER stay BEFORE DELETE ON ohjaustila.\(identifier: table) FOR EACH ROW EXECUTE FUNCTION public.stay()
        """,
      ] { try await cast.alter(statement) }
      #expect(try await cast.store.sweep().destroyed == 1)
      #expect(
        try await cast.count(
          "SELECT count(*) FROM ohjaustila.tombstone WHERE space_id = \(stubborn) AND destroyed_at IS NULL") == 1)
      try await cast.alter("DROP TRIGGER stay ON ohjaustila.\(identifier: table)")
      #expect(try await cast.store.sweep().destroyed == 1)
    }
  }

  /// The last look is one at the tables as they are then: whatever is found undoes the step.
  @Test func theLastLookCounts() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      try await cast.alter("CREATE TABLE public.kept AS SELECT * FROM ohjaustila.space_secret")
      try await cast.store.moveClock(to: try await cast.timeline(of: space).erases)
      try await cast.store.runBatch()
      // The key comes back while the step is under way, behind its first look.
      for statement: Query in [
        """
        CREATE FUNCTION public.back() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
          $$ BEGIN
            ALTER TABLE ohjaustila.space_secret DROP CONSTRAINT IF EXISTS space_secret_space_id_fkey;
            INSERT INTO ohjaustila.space_secret SELECT * FROM public.kept;
            RETURN OLD; END $$
        """,
        "CREATE TRIGGER back AFTER DELETE ON ohjaustila.participant FOR EACH STATEMENT EXECUTE FUNCTION public.back()",
      ] { try await cast.alter(statement) }
      await #expect(throws: Destruction.Remaining.self) { try await cast.store.sweep() }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.tombstone WHERE destroyed_at IS NULL") == 1)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space") == 1)
      try await cast.alter("DROP TRIGGER back ON ohjaustila.participant")
      #expect(try await cast.store.sweep().destroyed == 1)
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
