import Foundation
import Guidance
import Postgres
import TestSupport
import Testing

/// The conventions of design/database.md, asked of PostgreSQL's own catalog.
@Suite struct CatalogTests {
  /// Instants that may be absent: what has not happened.
  private static let absentInstants = [
    "archive_key.valid_until": "signs",
    "hold.ended_at": "has not ended", "hold.placed_at": "a proposal", "message.removed_at": "still there",
    "participant.accepted_at": "only proposed, or no second professional", "participant.erased_at": "not erased",
    "key_fingerprint.destroyed_at": "still needed",
    "outbox.boundary_at": "an invitation speaks of no boundary", "participant.entered_at": "has not come",
    "participant.invitation_expires_at": "no open invitation", "participant.last_authenticated_at": "has not come",
    "participant.left_at": "is there", "space.archived_early_at": "no such fact", "space.closed_at": "no such fact",
    "space.erasure_decided_at": "no such fact", "space.promised_active_passed_at": "had not passed",
    "space.promised_reactivatable_passed_at": "had not passed", "space.promised_sealed_passed_at": "had not passed",
    "space.restricted_at": "no such fact",
    "tombstone.destroyed_at": "ciphertext still there", "tombstone.journal_expired_at": "journal still there",
  ]

  /// Tables without row-level security.
  private static let openTables = [
    "archive_key": "public keys",
    "organisation": "public facts", "dev_clock": "no personal data; absent in production",
    "idempotency": "keyed hashes and random identifiers only", "schema_migration": "names of migrations",
    "key_fingerprint": "tells keys apart; says nothing of them", "key_holder": "names of keys and of processes",
    "master_key": "names of keys",
  ]

  private func strings(_ query: Query) async throws -> [String] {
    try await TestInstallation.with { try await $0.asAdmin(query) { try $0.get(0, as: String.self) } }.sorted()
  }

  @Test func instantsHaveAZoneAndAreThere() async throws {
    let absent = try await strings(
      """
      SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'ohjaustila'::regnamespace AND c.relkind IN ('r', 'p') AND NOT a.attnotnull
        AND a.attnum > 0 AND a.atttypid = 'timestamptz'::regtype
      """)
    #expect(absent == Self.absentInstants.keys.sorted())
    let zoneless = try await strings(
      """
      SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'ohjaustila'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0
        AND a.atttypid IN ('timestamp'::regtype, 'time'::regtype, 'timetz'::regtype)
      """)
    #expect(zoneless == [])
  }

  @Test func everyForeignKeyHasAnIndex() async throws {
    let bare = try await strings(
      """
      SELECT k.conrelid::regclass || ' ' || k.conname FROM pg_constraint k
      WHERE k.connamespace = 'ohjaustila'::regnamespace AND k.contype = 'f' AND NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indpred IS NULL
          AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
      """)
    #expect(bare == [])
  }

  /// Nothing can be wrapped under a master that is gone, wherever wrapped keys stand.
  @Test func everyWrappedKeyIsUnderALivingMaster() async throws {
    let wrapped = try await strings(
      """
      SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'ohjaustila'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'wrapped_key'
      """)
    #expect(wrapped == ["delivery", "person", "space_secret"])
    let guarded = try await strings(
      """
      SELECT conrelid::regclass::text FROM pg_constraint
      WHERE contype = 'f' AND confrelid = 'ohjaustila.master_key'::regclass AND convalidated
      """)
    #expect(guarded == wrapped.map { "ohjaustila.\($0)" })
  }

  @Test func contentIsUnderForcedRowLevelSecurity() async throws {
    let open = try await strings(
      """
      SELECT relname::text FROM pg_class WHERE relnamespace = 'ohjaustila'::regnamespace AND relkind IN ('r', 'p')
        AND NOT (relrowsecurity AND relforcerowsecurity)
      """)
    #expect(open == Self.openTables.keys.sorted())
    #expect(
      try await strings(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'ohjaustila'::regnamespace AND relkind IN ('v', 'm')")
        == [])
  }

  @Test func nothingIsGrantedToPublic() async throws {
    let granted = try await strings(
      """
      SELECT what FROM (
        SELECT c.relname::text AS what, acl.grantee FROM pg_class c, aclexplode(c.relacl) acl
          WHERE c.relnamespace = 'ohjaustila'::regnamespace
        UNION ALL SELECT c.relname || '.' || a.attname, acl.grantee
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) acl
          WHERE c.relnamespace = 'ohjaustila'::regnamespace
        UNION ALL SELECT p.proname, acl.grantee
          FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl
          WHERE p.pronamespace = 'ohjaustila'::regnamespace
        UNION ALL SELECT n.nspname, acl.grantee FROM pg_namespace n, aclexplode(n.nspacl) acl
          WHERE n.nspname = 'ohjaustila') grants
      WHERE grantee = 0
      """)
    #expect(granted == [])
  }

  @Test func narrowFunctionsArePinnedAndTheirOwnerOwnsNothingElse() async throws {
    let narrow = RoleNames.standard.narrow
    let loose = try await strings(
      """
      SELECT proname::text FROM pg_proc WHERE pronamespace = 'ohjaustila'::regnamespace AND prosecdef
        AND NOT (pg_get_userbyid(proowner) = \(narrow)
          AND proconfig @> ARRAY['search_path=pg_catalog, pg_temp'])
      """)
    #expect(loose == [])
    let count = try await strings(
      "SELECT count(*)::text FROM pg_proc WHERE pronamespace = 'ohjaustila'::regnamespace AND prosecdef")
    #expect((count.first.flatMap { Int($0) } ?? 0) > 10)
    #expect(
      try await strings("SELECT relname::text FROM pg_class WHERE pg_get_userbyid(relowner) = \(narrow)") == [])
    #expect(
      try await strings(
        """
        SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'ohjaustila%' AND (rolsuper OR rolcreaterole OR rolcreatedb
          OR (rolcanlogin AND rolname IN (\(narrow), \(RoleNames.standard.owner)))
          OR (rolbypassrls AND rolname <> \(RoleNames.standard.backup)))
        """) == [])
    #expect(
      try await strings(
        """
        SELECT 'may create' WHERE has_schema_privilege(\(narrow), 'ohjaustila', 'CREATE')
          OR has_schema_privilege(\(RoleNames.standard.service), 'ohjaustila', 'CREATE')
        """) == [])
  }

  /// Every function of the schema has a use: a trigger's, another function's, a policy's, a default's, or the program's.
  @Test func everyFunctionIsCalled() async throws {
    let idle = try await strings(
      """
      SELECT DISTINCT f.proname::text FROM pg_proc f
      WHERE f.pronamespace = 'ohjaustila'::regnamespace AND f.prorettype <> 'trigger'::regtype
        AND NOT EXISTS (
          SELECT FROM pg_proc g WHERE g.pronamespace = f.pronamespace AND g.proname <> f.proname
            AND g.prosrc ~ ('ohjaustila\\.' || f.proname || '\\('))
        AND NOT EXISTS (
          SELECT FROM pg_depend d WHERE d.refclassid = 'pg_proc'::regclass AND d.refobjid = f.oid
            AND d.classid IN ('pg_policy'::regclass, 'pg_attrdef'::regclass, 'pg_constraint'::regclass))
      """)
    var program = ""
    let root = TestInstallation.repository.appending(path: "Sources").resolvingSymlinksInPath()
    let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    for case let file as URL in try #require(files) where file.pathExtension == "swift" {
      program += Self.code(of: try String(contentsOf: file, encoding: .utf8), isSQL: false)
    }
    #expect(idle.count > 20)
    #expect(idle.filter { !program.contains("ohjaustila.\($0)(") } == [])
    let triggers = try await strings(
      """
      SELECT f.proname::text FROM pg_proc f
      WHERE f.pronamespace = 'ohjaustila'::regnamespace AND f.prorettype = 'trigger'::regtype
        AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgfoid = f.oid)
      """)
    #expect(triggers == [])
  }

  /// One clock: SQL never asks another than `instant_now()`.
  @Test func sqlAsksOneClock() throws {
    let allowed = ["0001_clock_and_principal.sql", "GuidanceStore+Clock.swift"]
    let others =
      /(?i)\b(?:now|clock_timestamp|transaction_timestamp|timeofday)\s*\(\s*\)|\bcurrent_(?:timestamp|date|time)\b|\blocaltime/
    let ours = /(?i)\bstatement_timestamp\b/
    var files = 0
    for folder in ["Migrations", "Sources/Guidance"] {
      let root = TestInstallation.repository.appending(path: folder).resolvingSymlinksInPath()
      let found = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
      for case let file as URL in try #require(found) where ["sql", "swift"].contains(file.pathExtension) {
        let text = Self.code(of: try String(contentsOf: file, encoding: .utf8), isSQL: file.pathExtension == "sql")
        #expect(text.firstMatch(of: others) == nil, "\(file.lastPathComponent)")
        if !allowed.contains(file.lastPathComponent) {
          #expect(text.firstMatch(of: ours) == nil, "\(file.lastPathComponent)")
        }
        files += 1
      }
    }
    #expect(files > 80)
  }

  /// Without comments.
  private static func code(of text: String, isSQL: Bool) -> String {
    let mark = isSQL ? "--" : "//"
    return text.split(separator: "\n").filter { !$0.drop(while: \.isWhitespace).hasPrefix(mark) }.joined(
      separator: "\n")
  }
}
