import Foundation
import Guidance
import Logging
import Postgres
import TestSupport
import Testing

/// A schema that is in use is brought up to date: what new columns say of rows that were there before.
@Suite struct UpgradeTests {
  /// Files from before sizes were kept: as long as what their chunks hold, in quarantine and on the way, too.
  @Test func filesOfBeforeHaveTheirSize() async throws {
    let filled = try await Self.upgrade(
      from: "0022",
      [
        "SET session_replication_role = replica",
        """
        INSERT INTO ohjaustila.file (space_id, number, id, participant_id, upload_id, uploaded_at, header)
        SELECT md5('s')::uuid, n, md5(n::text)::uuid, md5('p')::uuid, md5('u' || n)::uuid, '2026-01-01', 'x'
        FROM generate_series(1, 2) n
        """,
        """
        INSERT INTO ohjaustila.quarantined_file
          (space_id, id, participant_id, upload_id, received_at, header, due_at)
        SELECT md5('s')::uuid, md5('q')::uuid, md5('p')::uuid, md5('u3')::uuid, '2026-01-01', 'x', '2026-01-01'
        """,
        """
        INSERT INTO ohjaustila.file_chunk (space_id, upload_id, index, data)
        SELECT md5('s')::uuid, md5('u' || n)::uuid, i, decode(repeat('00', 262144 + 29 - i * 1000), 'hex')
        FROM (VALUES (1, 0), (1, 1), (3, 2)) chunk (n, i)
        """,
        """
        INSERT INTO ohjaustila.upload (space_id, id, participant_id, started_at)
        SELECT md5('s')::uuid, md5(u)::uuid, md5('p')::uuid, at::timestamptz
        FROM (VALUES ('open', '2026-01-01'), ('ended', '-infinity'), ('posted', '2026-01-01')) upload (u, at)
        """,
        """
        INSERT INTO ohjaustila.resumable_upload
          (space_id, id, participant_id, principal, length, description, expires_at)
        SELECT md5('s')::uuid, md5(u)::uuid, md5('p')::uuid, md5('c')::uuid, 7, 'x', '2026-01-02'
        FROM (VALUES ('open'), ('ended')) upload (u)
        """,
      ],
      """
      SELECT (SELECT size FROM ohjaustila.file WHERE number = 1), (SELECT size FROM ohjaustila.file WHERE number = 2),
        (SELECT size FROM ohjaustila.quarantined_file),
        (SELECT sum(size)::bigint FROM ohjaustila.upload),
        (SELECT count(*) FROM pg_policy WHERE polname = 'filling')
      """)
    #expect(filled == [2 * 262_144 - 1000, 0, 262_144 - 2000, 7, 0])
  }

  /// - Parameters:
  ///   - first: the number of the first migration that the rows of before have not seen.
  ///   - rows: statements that write them, as the superuser.
  /// - Returns: the one row of numbers that `question` asks for afterwards.
  private static func upgrade(from first: String, _ rows: [Query], _ question: Query) async throws -> [Int] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ohjaustila-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let migrations = TestInstallation.repository.appending(path: "Migrations").resolvingSymlinksInPath()
    for file in try FileManager.default.contentsOfDirectory(at: migrations, includingPropertiesForKeys: nil)
    where file.lastPathComponent < first {
      try FileManager.default.copyItem(at: file, to: folder.appending(path: file.lastPathComponent))
    }
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    return try await TestCluster.withDatabase(template: "template1") { url in
      _ = try await Installer(adminURL: url, migrations: folder, logger: logger).install()
      try await Connection.run(ConnectionConfiguration(url: url)) { connection in
        for statement in rows { _ = try connection.pipeline([statement]) }
      }
      _ = try await Installer(adminURL: url, migrations: migrations, logger: logger).install()
      return try await Connection.run(ConnectionConfiguration(url: url)) { connection in
        let row = try connection.pipeline([question])[0].exactlyOne()
        return try (0..<row.count).map { try row.get($0, as: Int.self) }
      }
    }
  }

  @Test func counsellorsOfBeforeAreOnTheirSpacesStaff() async throws {
    let filled = try await Self.upgrade(
      from: "0014",
      [
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
      ],
      """
      SELECT count(*) FILTER (WHERE role = 'counsellor' AND staff_of IS NOT NULL),
        count(*) FILTER (WHERE role = 'customer' AND staff_of IS NULL),
        (SELECT count(*) FROM ohjaustila.staff_member WHERE reviewed_on > '2026-01-01'),
        (SELECT count(*) FROM pg_policy WHERE polname = 'filling')
      FROM ohjaustila.my_space
      """)
    #expect(filled == [2, 1, 1, 0])
  }
}
