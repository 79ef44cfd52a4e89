import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct MigrationTests {
  private let first = Migration(id: 1, name: "start", sql: "CREATE TABLE a (id int); INSERT INTO a VALUES (1);")
  private let second = Migration(
    id: 2, name: "more",
    sql: """
      -- :"unknown" in a comment is nobody's business
      CREATE TABLE b (id int, j jsonb DEFAULT '{"a":"b"}'::jsonb);
      CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $body$
      BEGIN -- it's
        RETURN current_setting('x', true)::text; END $body$;
      GRANT SELECT ON b TO :"reader";
      """)

  private func migrator(_ url: String, _ migrations: [Migration]) throws -> Migrator {
    try Migrator(
      ConnectionConfiguration(url: url), schema: "app", migrations: migrations, variables: ["reader": "pg_monitor"])
  }

  private func error(_ body: () async throws -> Void) async -> MigrationError? {
    do {
      try await body()
      return nil
    } catch {
      return error as? MigrationError
    }
  }

  @Test func appliesOnceAndInOrder() async throws {
    try await TestCluster.withDatabase { url async throws in
      #expect(try await migrator(url, [first]).status().pending == [first])
      #expect(try await migrator(url, [first]).migrate() == [first])
      #expect(try await migrator(url, [first]).migrate() == [])
      try await migrator(url, [first]).requireCurrent()
      let both = try migrator(url, [first, second])
      guard case .pending(["0002_more.sql"]) = await error({ try await both.requireCurrent() }) else {
        return #expect(Bool(false))
      }
      #expect(try await both.migrate() == [second])
      let status = try await both.status()
      #expect(status.applied.map(\.id) == [1, 2])
      #expect(status.applied.allSatisfy { $0.checksum.bytes.count == 32 && $0.appliedAt.isFinite })
      try await both.requireCurrent()
    }
  }

  @Test func refusesWhatDoesNotFit() async throws {
    try await TestCluster.withDatabase { url async throws in
      try await migrator(url, [first, second]).migrate()
      let edited = Migration(id: 1, name: "start", sql: first.sql + " ")
      guard case .changed("0001_start.sql") = await error({ try await migrator(url, [edited, second]).migrate() })
      else {
        return #expect(Bool(false))
      }
      let renamed = Migration(id: 1, name: "begin", sql: first.sql)
      guard case .changed = await error({ try await migrator(url, [renamed, second]).requireCurrent() }) else {
        return #expect(Bool(false))
      }
      guard case .unknownSchema(id: 2, name: "more") = await error({ try await migrator(url, [first]).migrate() })
      else {
        return #expect(Bool(false))
      }
      try await TestCluster.onConnection(url) { _ = try $0.pipeline(["DELETE FROM app.schema_migration WHERE id = 1"]) }
      guard case .missing(id: 1) = await error({ try await migrator(url, [first, second]).migrate() }) else {
        return #expect(Bool(false))
      }
    }
  }

  @Test func aFailureIsLocatedAndRolledBack() async throws {
    try await TestCluster.withDatabase { url async throws in
      let bad = Migration(id: 2, name: "bad", sql: "CREATE TABLE c (id int);\n\nSELECT nonsense;\n")
      guard
        case .failed(file: "0002_bad.sql", line: 3, let server) = await error({
          try await migrator(url, [first, bad]).migrate()
        })
      else { return #expect(Bool(false)) }
      #expect(server.sqlState == "42703")
      #expect(try await migrator(url, [first, bad]).status().pending == [bad])
      try await TestCluster.onConnection(url) { connection throws in
        let isGone = try connection.pipeline(["SELECT to_regclass('c') IS NULL"])[0][0].get(0, as: Bool.self)
        #expect(isGone)
      }
      let leaving = Migration(id: 2, name: "leaves", sql: "COMMIT")
      guard case .endedTransaction = await error({ try await migrator(url, [first, leaving]).migrate() }) else {
        return #expect(Bool(false))
      }
    }
  }

  @Test func variables() async throws {
    try await TestCluster.withDatabase { url async throws in
      let bad = Migration(id: 1, name: "bad", sql: "SELECT 1;\nGRANT x TO :\"nobody\";")
      guard
        case .unknownVariable(file: "0001_bad.sql", line: 2, name: "nobody") = await error({
          try await migrator(url, [bad]).migrate()
        })
      else { return #expect(Bool(false)) }
      let texts = Migration(
        id: 1, name: "texts",
        sql: """
          CREATE TABLE t (v text);
          INSERT INTO t VALUES (E'\\':"x"'), (''':"x"'), ('1'::"text"), ('a' /* ' /* */ :"x" */);
          DO $$ BEGIN EXECUTE 'GRANT SELECT ON t TO ' || quote_ident('pg_monitor'); GRANT SELECT ON t TO :"reader"; END $$;
          """)
      try await migrator(url, [texts]).migrate()
      try await TestCluster.onConnection(url) { connection throws in
        let values = try connection.pipeline(["SELECT v FROM t"])[0].map { try $0.get(0, as: String.self) }
        #expect(values == ["':\"x\"", "':\"x\"", "1", "a"])
      }
    }
  }

  @Test func twoAtOnce() async throws {
    try await TestCluster.withDatabase { url async throws in
      let slow = Migration(id: 1, name: "slow", sql: "SELECT pg_sleep(0.2); CREATE TABLE once (id int);")
      let migrator = try migrator(url, [slow])
      let applied = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<4 { group.addTask { try await migrator.migrate().count } }
        return try await group.reduce(0, +)
      }
      #expect(applied == 1)
    }
  }

  @Test(arguments: [
    (["0001_a.sql", "0002_b.sql"], true), (["0001_a.sql", "0003_b.sql"], false), (["0002_a.sql"], false),
    (["0001_a.sql", "0001_b.sql"], false), (["1_a.sql"], false), (["0001_A.sql"], false), (["0001_a.txt"], false),
    (["0001-a.sql"], false), (["0001_a.sql", ".hidden"], true), ([], true),
  ])
  func folders(names: [String], isGood: Bool) throws {
    let folder = try TestCluster.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in names { try Data("SELECT 1".utf8).write(to: folder.appending(path: name)) }
    if isGood {
      #expect(try Migration.load(from: folder).count == names.filter { !$0.hasPrefix(".") }.count)
    } else {
      #expect(throws: MigrationError.self) { try Migration.load(from: folder) }
    }
  }
}
