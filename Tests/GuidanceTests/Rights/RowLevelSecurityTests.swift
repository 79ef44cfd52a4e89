import Foundation
import Guidance
import Lifecycle
import Postgres
import TestSupport
import Testing

/// What somebody with psql and the service's role sees: bare statements, no use case in between.
@Suite struct RowLevelSecurityTests {
  /// How many rows each kind of person sees in each table; what is not named has none.
  @Test(arguments: [State.active, .reactivatable, .archived, .erased])
  func bareStatementsReveal(_ state: State) async throws {
    try await Cast.with { cast in
      let stage = try await Stage(cast, state)
      for principal in Principal.allCases {
        let seen = try await stage.visible(to: principal)
        let expected = stage.expected(principal)
        for (table, rows) in seen where Stage.openTables[table] == nil {
          #expect(rows == expected[table, default: 0], "\(principal) \(state) \(table)")
        }
        for (table, rows) in expected { #expect(seen[table] == rows, "\(principal) \(state) \(table)") }
        try await stage.changes(asMuchAs: seen, as: principal)
      }
    }
  }

  /// Columns that the service may change at all, and tables it may delete from.
  @Test func serviceChangesNamedColumnsOnly() async throws {
    try await TestInstallation.with { installation in
      let columns = try await installation.asAdmin(Self.privileges("UPDATE", RoleNames.standard.service)) {
        try $0.get(0, as: String.self)
      }.sorted()
      #expect(
        columns == [
          "access_chain.head_hash", "access_chain.head_seq", "archive_key.valid_until", "archive_link.token",
          "archive_taken.bytes", "archive_taken.covered", "archive_taken.journaled_on", "archive_taken.journaled_whole",
          "archive_taken.last_at", "archive_taken.requests", "dev_clock.only_row", "dev_clock.shift", "feedback.body",
          "feedback.given_at", "feedback.rating",
          "participant.entered_at", "participant.invitation_expires_at", "participant.invitation_index",
          "participant.last_authenticated_at", "participant.left_at", "participant.name", "participant.read_through",
          "person.email",
          "person.language", "person.name", "person.non_disclosure", "person.subject", "person.subject_index",
          "resumable_upload.file_id", "resumable_upload.lease", "resumable_upload.leased_until",
          "resumable_upload.received", "resumable_upload.tail",
          "space.content_at", "space.file_count", "space.journal_at", "space.journal_hash", "space.journal_seq",
          "space.journaled_through", "space.language", "space.message_count", "space.topics", "space.version",
          "space_secret.title", "upload.kept_until", "upload.size", "upload.started_at",
        ])
      #expect(
        try await Self.tables("DELETE", RoleNames.standard.service, installation)
          == ["archive_edition", "archive_link", "idempotency", "resumable_upload", "upload"])
      #expect(
        try await Self.tables("SELECT", RoleNames.standard.dpo, installation)
          == [
            "access_entry", "data_subject_search", "dev_clock", "hold", "idempotency", "journal", "my_organisation",
            "organisation", "participant", "space", "staff_history", "tombstone",
          ])
      #expect(
        try await Self.tables("INSERT", RoleNames.standard.dpo, installation)
          == ["hold", "idempotency", "journal", "outbox", "policy_approval"])
      #expect(try await Self.tables("UPDATE", RoleNames.standard.dpo, installation) == ["hold", "space"])
      #expect(try await Self.tables("DELETE", RoleNames.standard.dpo, installation) == ["idempotency"])
      #expect(try await Self.tables("TRUNCATE", RoleNames.standard.dpo, installation) == [])
      for role in RoleNames.standard.logins {
        #expect(try await Self.tables("UPDATE", role, installation).contains("journal") == false)
        #expect(try await Self.tables("DELETE", role, installation).contains("journal") == false)
      }
    }
  }

  /// The scheduler destroys what it can't read, and the data protection officer sees envelopes only.
  @Test func schedulerAndOfficerReadNoContent() async throws {
    let content = [
      ("message", "body"), ("file", "header"), ("file_chunk", "data"), ("feedback", "body"), ("feedback", "rating"),
      ("space_secret", "title"), ("participant", "name"), ("person", "name"), ("person", "hetu"), ("person", "email"),
      ("person", "wrapped_key"), ("idempotency", "scope"), ("archive_link", "token"), ("archive_taken", "bytes"),
      ("archive_edition", "facts"), ("archive_edition", "tag"),
      ("resumable_upload", "description"), ("resumable_upload", "tail"), ("quarantined_file", "header"),
    ]
    try await TestInstallation.with { installation in
      for role in [RoleNames.standard.scheduler, RoleNames.standard.dpo] {
        // An officer's requests may be repeated too; the keys' hashes say nothing of anybody.
        let content = content.filter { role != RoleNames.standard.dpo || $0.0 != "idempotency" }
        let refused = try await Connection.run(ConnectionConfiguration(url: installation.url(role))) { connection in
          content.count { table, column in
            do {
              _ = try connection.pipeline(["SELECT \(identifier: column) FROM ohjaustila.\(identifier: table)"])
              return false
            } catch {
              return (error as? PostgresError)?.sqlState == .insufficientPrivilege
            }
          }
        }
        #expect(refused == content.count, "\(role)")
      }
    }
  }

  private static func privileges(_ privilege: String, _ role: String) -> Query {
    """
    SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'ohjaustila'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0
      AND NOT a.attisdropped AND has_column_privilege(\(role), c.oid, a.attnum, \(privilege))
    """
  }

  private static func tables(
    _ privilege: String, _ role: String, _ installation: TestInstallation
  ) async throws -> [String] {
    try await installation.asAdmin(
      """
      SELECT c.relname::text FROM pg_class c
      WHERE c.relnamespace = 'ohjaustila'::regnamespace AND c.relkind IN ('r', 'p')
        AND (has_table_privilege(\(role), c.oid, \(privilege)) OR (\(privilege) IN ('SELECT', 'UPDATE', 'INSERT')
          AND has_any_column_privilege(\(role), c.oid, CASE WHEN \(privilege) IN ('SELECT', 'UPDATE', 'INSERT')
            THEN \(privilege) ELSE 'SELECT' END)))
      """
    ) { try $0.get(0, as: String.self) }.sorted()
  }
}
