import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Key first, ciphertext after it, and nothing left that says who it was.
@Suite struct ErasureTests {
  /// Planted where people's words go; none of it may be in clear anywhere, before the erasure or after.
  @Test func nothingPlantedIsEverInClear() async throws {
    try await Cast.with { cast in
      let store = cast.store
      let space = try await cast.openSpace(
        title: "Salainen otsikko",
        customers: [
          .init(
            personalIdentityCode: try PersonalIdentityCode(Cast.hetus[0]), email: EmailAddress("maija@example.fi"),
            name: "Maija Meikäläinen")
        ]
      ).space.id
      let customer = try await cast.customer()
      _ = try await store.enter(space, invitation: nil, by: customer)
      _ = try await store.changeContact(email: EmailAddress("oma@example.fi"), language: .swedish, of: customer)
      _ = try await store.postMessage("Salainen viesti", to: space, by: customer)
      try await cast.upload(Array("Salaiset tavut".utf8), named: "Salainen.pdf", to: space, by: customer)
      let colleague = ColleagueDraft(subject: "kaisa", organisation: nil)
      let second = try await store.propose(colleague, to: space, by: cast.counsellor).id
      _ = try await store.accept(second, in: space, by: customer)
      let upload = try await store.createUpload(
        ResumableDraft(name: "Salainen toinen.pdf", contentType: "a/b", length: 99, metadata: "Salainen meta"),
        to: space, by: customer)
      _ = try await store.append(
        UploadPart(offset: 0, announcedSize: nil), to: upload.id, of: space, by: customer,
        body: Cast.body(Array("Salainen alku".utf8)))
      _ = try await store.close(space, reason: nil, by: cast.counsellor)
      _ = try await store.giveFeedback(rating: 4, text: "Salainen palaute", on: space, by: customer)
      _ = try await store.archive(of: space, for: customer)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.archive_edition") == 1)
      let planted = [
        Cast.hetus[0], "maija@example.fi", "oma@example.fi", "Maija Meikäläinen", "Asiakas 0", "customer-0",
        "Salainen otsikko", "Salainen viesti", "Salaiset tavut", "Salainen.pdf", "Salainen palaute",
        "Salainen toinen.pdf", "Salainen meta", "Salainen alku",
      ]
      #expect(try await Dump.holds(planted, in: cast.installation) == [])
      // The search itself finds what is there.
      #expect(try await Dump.holds(["TE-palvelut", "opiskelu"], in: cast.installation) == ["TE-palvelut", "opiskelu"])
      let report = try await cast.installation.advance(to: try await cast.timeline(of: space).erases)
      #expect(report.destroyed == 1 && report.peopleErased == 1)
      #expect(try await Dump.holds(planted, in: cast.installation) == [])
      for table in [
        "space", "space_secret", "participant", "my_space", "due", "message", "file", "file_chunk", "feedback",
        "upload", "colleague_consent", "person", "person_check", "idempotency", "archive_edition", "archive_link",
        "archive_taken", "resumable_upload", "quarantined_file", "participant_erasure",
      ] {
        #expect(try await cast.count("SELECT count(*) FROM ohjaustila.\(identifier: table)") == 0, "\(table)")
      }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.tombstone WHERE destroyed_at >= erased_at") == 1)
      _ = try await Chain.verify(space, in: cast.installation)
      #expect(try await Dump.holds(["\(try #require(customer.uuid))".lowercased()], in: cast.installation) == [])
    }
  }

  /// The key goes with the crossing; what is left of a destruction that was cut off is taken up, the key being gone.
  @Test func aDestructionThatWasCutOffIsResumed() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let customer = try await cast.customer()
      _ = try await cast.store.postMessage("Hei", to: space, by: customer)
      try await cast.upload([UInt8](repeating: 1, count: 300_000), to: space, by: customer)
      try await cast.store.moveClock(to: try await cast.timeline(of: space).erases)
      _ = try await cast.store.runBatch()
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space_secret") == 0)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file_chunk") == 2)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.tombstone WHERE destroyed_at IS NULL") == 1)
      // Half-way: some chunks are gone, then the process dies.
      try await cast.alter("DELETE FROM ohjaustila.file_chunk WHERE index = 0")
      let other = try await cast.installation.copy()
      #expect(try await other.store.sweep().destroyed == 1)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.file_chunk") == 0)
      #expect(try await cast.store.sweep() == SweepReport())
      _ = try await Chain.verify(space, in: cast.installation)
      await other.shutdown()
    }
  }

  /// Two spaces of one customer erased at once by two copies: the customer goes exactly once.
  @Test func twoLastSpacesAtOnceTakeThePersonOnce() async throws {
    try await Cast.with { cast in
      let other = try await cast.installation.copy()
      _ = try await cast.space()
      let last = try await cast.space(by: cast.colleague)
      try await cast.store.moveClock(to: try await cast.timeline(of: last).erases)
      async let first = cast.store.sweep()
      async let second = other.store.sweep()
      var report = try await first
      report += try await second
      report += try await cast.store.sweep()
      #expect(report.destroyed == 2 && report.peopleErased == 1)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.person") == 0)
      await other.shutdown()
    }
  }

  /// Who is in another space stays, with everything that is theirs.
  @Test func aPersonInAnotherSpaceStays() async throws {
    try await Cast.with { cast in
      let first = try await cast.space()
      let erases = try await cast.timeline(of: first).erases
      try await cast.store.moveClock(to: erases - .seconds(86_400))
      let second = try await cast.space()
      let report = try await cast.installation.advance(to: erases)
      #expect(report.destroyed == 1 && report.peopleErased == 0)
      #expect(try await cast.store.space(second, for: try await cast.customer()).state == .active)
    }
  }

  /// A space is opened for somebody whose last one is just being destroyed: whichever comes first, nobody is left in a
  /// space that they can't enter, and nobody stays who is in none.
  @Test(arguments: 0..<6) func anOpeningMeetsTheLastErasure(_ round: Int) async throws {
    try await Cast.with { cast in
      let other = try await cast.installation.copy()
      let last = try await cast.space()
      let before = try #require(try await cast.customer().uuid)
      try await cast.store.moveClock(to: try await cast.timeline(of: last).erases)
      if round.isMultiple(of: 2) { try await cast.store.runBatch() }
      async let sweep = cast.store.sweep()
      async let opening = other.store.openSpace(
        SpaceDraft(
          organisation: cast.organisation.id, title: "Uusi", language: nil, topics: [], customers: [Cast.invited(0)]),
        by: cast.counsellor, request: nil)
      let (_, opened) = (try await sweep, try await opening)
      _ = try await cast.store.sweep()
      let customer = try await other.store.caller(cast.customer().identity)
      #expect(try await other.store.space(opened.space.id, for: customer).state == .active)
      let places = try await cast.count(
        "SELECT count(*) FROM ohjaustila.participant p JOIN ohjaustila.person n ON n.id = p.person_id")
      let people = try await cast.count("SELECT count(*) FROM ohjaustila.person")
      #expect(places == 1 && people == 1)
      if customer.uuid != before {
        #expect(try await Dump.holds(["\(before)".lowercased()], in: cast.installation) == [])
      }
      await other.shutdown()
    }
  }

  /// The opening waits for the transaction in which the person goes, and makes another.
  @Test func anOpeningThatWaitedForTheEndMakesAnother() async throws {
    try await Cast.with { cast in
      let last = try await cast.space()
      let person = try #require(try await cast.customer().uuid)
      try await cast.alter("DELETE FROM ohjaustila.my_space WHERE space_id = \(last)")
      try await cast.alter(
        """
        UPDATE ohjaustila.participant SET person_id = NULL, left_at = added_at
        WHERE space_id = \(last) AND role = 'customer'
        """)
      let store = cast.store
      let results = try await HeldLock.over(
        "DELETE FROM ohjaustila.person WHERE id = \(person)", in: cast.installation,
        [
          { @Sendable in
            try await store.openSpace(
              SpaceDraft(
                organisation: cast.organisation.id, title: "Uusi", language: nil, topics: [],
                customers: [Cast.invited(0)]),
              by: cast.counsellor, request: nil
            ).space.id
          }
        ])
      let opened = try results[0].get()
      // Another copy: this one remembers for some seconds who the caller was.
      let other = try await cast.installation.copy()
      let after = try await other.store.caller(cast.customer().identity)
      #expect(after.uuid != nil && after.uuid != person)
      #expect(try await other.store.space(opened, for: after).state == .active)
      await other.shutdown()
    }
  }

  /// After the last erasure nothing names the person: not what officers searched, decided and looked up, not the logs.
  @Test func nothingNamesWhoIsGone() async throws {
    try await Cast.with { cast in
      let store = cast.store
      let officer = try await cast.officer()
      var spaces = [try await cast.space(), try await cast.space(by: cast.colleague)]
      let customer = try await cast.customer()
      let person = try #require(customer.uuid)
      for space in spaces {
        _ = try await store.enter(space, invitation: nil, by: customer)
        _ = try await store.postMessage("Hei", to: space, by: customer)
        try await cast.upload([1, 2, 3], to: space, by: customer)
      }
      _ = try await store.changeContact(email: EmailAddress("oma@example.fi"), language: .swedish, of: customer)
      let code = try PersonalIdentityCode(Cast.hetus[0])
      let found = try await store.searchDataSubject(code, PageRequest(), by: officer)
      #expect(found.items.count == 2)
      _ = try await store.space(spaces[0], for: customer)
      try await store.accesses.flush()
      let name = "\(person)".lowercased()
      #expect(try await Dump.holds([name], in: cast.installation) == [name])
      _ = try await store.erase(spaces.removeLast(), by: officer)
      #expect(try await store.sweep().peopleErased == 0)
      #expect(
        try await cast.count("SELECT count(*) FROM ohjaustila.data_subject_search WHERE person_id = \(person)") == 1)
      _ = try await store.erase(spaces[0], by: officer)
      #expect(try await store.sweep().peopleErased == 1)
      #expect(try await Dump.holds([name], in: cast.installation) == [])
      // The searches themselves stay: who searched, when, and how many there were.
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.data_subject_search WHERE spaces_found = 2") == 1)
      #expect(try await store.searchDataSubject(code, PageRequest(), by: officer).items.isEmpty)
    }
  }

  /// Whoever was erased and is invited again is a new person, found at once on the copy that erased.
  @Test func anErasedPersonComesBackAsAnother() async throws {
    try await Cast.with { cast in
      let first = try await cast.space()
      let before = try await cast.customer()
      _ = try await cast.store.enter(first, invitation: nil, by: before)
      try await cast.installation.advance(to: try await cast.timeline(of: first).erases)
      #expect(try await cast.customer().principal == .stranger)
      let second = try await cast.space()
      let after = try await cast.customer()
      #expect(after.principal != before.principal)
      #expect(try await cast.store.space(second, for: after).state == .active)
      await #expect(throws: Refusal.notFound) { try await cast.store.space(second, for: before) }
    }
  }
}

/// The whole database as one would find it in a dump.
enum Dump {
  /// Those of the texts that are in some cell of some table, as text or as bytes.
  static func holds(_ texts: [String], in installation: TestInstallation) async throws -> [String] {
    let columns = try await installation.asAdmin(
      """
      SELECT c.relname::text, a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'ohjaustila'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0
        AND NOT a.attisdropped AND NOT c.relispartition
      """
    ) { (try $0.get(0, as: String.self), try $0.get(1, as: String.self)) }
    return try await Connection.run(ConnectionConfiguration(url: installation.adminURL)) { connection in
      let cells = columns.map { table, column -> Query in
        let cell: Query = "t.\(identifier: column)"
        return """
          SELECT coalesce(string_agg(CASE WHEN pg_typeof(\(cell)) = 'bytea'::regtype THEN \(cell)::text
            ELSE encode(convert_to(\(cell)::text, 'UTF8'), 'hex') END, ' '), '')
          FROM ohjaustila.\(identifier: table) t
          """
      }
      let all = try connection.pipeline(cells).map { try $0.exactlyOne().get(0, as: String.self) }.joined(
        separator: " ")
      return texts.filter { text in
        let hex = text.utf8.map { byte in
          let digits = String(byte, radix: 16)
          return digits.count == 1 ? "0" + digits : digits
        }.joined()
        return all.contains(hex)
      }
    }
  }
}
