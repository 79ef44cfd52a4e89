import Foundation
import Guidance
import Logging
import Postgres
import TestSupport
import Testing

/// A schema that is in use is brought up to date: what new columns say of rows that were there before.
@Suite struct UpgradeTests {
  @Test func counsellorsOfBeforeAreOnTheirSpacesStaff() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ohjaustila-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let migrations = TestInstallation.repository.appending(path: "Migrations").resolvingSymlinksInPath()
    for file in try FileManager.default.contentsOfDirectory(at: migrations, includingPropertiesForKeys: nil)
    where file.lastPathComponent < "0014" {
      try FileManager.default.copyItem(at: file, to: folder.appending(path: file.lastPathComponent))
    }
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    try await TestCluster.withDatabase(template: "template1") { url in
      _ = try await Installer(adminURL: url, migrations: folder, logger: logger).install()
      let before: [Query] = [
        "SET session_replication_role = replica",
        """
        INSERT INTO ohjaustila.organisation (id, name, language, controller_name, staff_issuer, created_at)
        VALUES ('00000000-0000-4000-8000-000000000001', 'TE', 'fi', 'TE', 'x', '2026-01-01')
        """,
        """
        INSERT INTO ohjaustila.staff_member (organisation_id, account_id, issuer, subject, name, roles, created_at, updated_at)
        VALUES ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002', 'x', 'olli', 'Olli',
          '{counsellor}', '2026-01-01', '2026-01-01')
        """,
        """
        INSERT INTO ohjaustila.space (id, organisation_id, register, policy_version, language, topics, created_at,
          opened_at, anchor_at, anchor_kind, closes_at, seals_at, archives_at, erases_at, base_erases_at,
          active_last_day, reactivatable_last_day, sealed_last_day, archived_last_day, journaled_through, journal_seq,
          journal_hash, journal_at, content_at)
        SELECT '00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000001', 'ohjaustila', 1, 'fi',
          '{}', d, d, d, 'opening', d, d, d, d, d, d, d, d, d, d, 1, sha256('x'), d, d
        FROM (SELECT timestamptz '2026-01-01' AS d) x
        """,
        """
        INSERT INTO ohjaustila.my_space
          (principal, space_id, role, participant_id, visible_until, suspended, created_at)
        SELECT gen_random_uuid(), '00000000-0000-4000-8000-000000000003', role, gen_random_uuid(), '2027-01-01', false,
          '2026-01-01' FROM unnest(ARRAY['counsellor', 'customer', 'counsellor']) AS role
        """,
      ]
      try await Connection.run(ConnectionConfiguration(url: url)) { connection in
        for statement in before { _ = try connection.pipeline([statement]) }
      }
      _ = try await Installer(adminURL: url, migrations: migrations, logger: logger).install()
      let filled = try await Connection.run(ConnectionConfiguration(url: url)) { connection in
        try connection.pipeline([
          """
          SELECT count(*) FILTER (WHERE role = 'counsellor' AND staff_of IS NOT NULL),
            count(*) FILTER (WHERE role = 'customer' AND staff_of IS NULL),
            (SELECT count(*) FROM ohjaustila.staff_member WHERE reviewed_on > '2026-01-01'),
            (SELECT count(*) FROM pg_policy WHERE polname = 'filling')
          FROM ohjaustila.my_space
          """
        ])[0].map { row in try (0..<4).map { try row.get($0, as: Int.self) } }
      }
      #expect(filled == [[2, 1, 1, 0]])
    }
  }
}
