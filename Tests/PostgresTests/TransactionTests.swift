import Postgres
import TestSupport
import Testing

@Suite struct TransactionTests {
  private let table: [Query] = [
    "CREATE TABLE item (id int PRIMARY KEY, n int NOT NULL DEFAULT 0)", "INSERT INTO item VALUES (1), (2), (3)",
    """
    CREATE FUNCTION require_one(changed bigint) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN IF changed <> 1 THEN RAISE no_data_found; END IF; END $$
    """,
  ]
  private struct Mine: Error {}

  private func count(_ database: Database) async throws -> Int {
    try await database.readOnce(["SELECT sum(n)::bigint FROM item"]) { try $0[0][0].get(0, as: Int.self) }
  }

  /// A job's trips are counted when it lets go of its connection, before its caller goes on.
  private func trips(_ database: Database, _ body: () async throws -> Void) async throws -> Int {
    let before = database.metrics.roundTrips
    try await body()
    return database.metrics.roundTrips - before
  }

  @Test func roundTrips() async throws {
    try await TestCluster.withPool(setup: table, configure: { $0.connections = 1 }) { database, _ async throws in
      _ = try await count(database)
      let once = try await trips(database) { _ = try await count(database) }
      #expect(once == 1)
      let reading = try await trips(database) {
        try await database.read(preamble: ["SELECT set_config('my.x', '1', true)"]) { tx in
          let rows = try tx.pipeline(["SELECT current_setting('my.x')", "SELECT id FROM item"])
          #expect(try rows[0][0].get(0) == "1")
          #expect(rows[1].count == 3)
        }
      }
      #expect(reading == 1)
      let writing = try await trips(database) {
        try await database.write(preamble: ["SELECT set_config('my.x', '1', true)"]) { tx in
          let n = try tx.exactlyOne("SELECT n FROM item WHERE id = 1 FOR NO KEY UPDATE") { try $0.get(0, as: Int.self) }
          try tx.enqueue("UPDATE item SET n = \(Int32(n + 1)) WHERE id = 1")
          try tx.enqueueUpdatingExactlyOne("UPDATE item SET n = n + 1 WHERE id = 2")
        }
      }
      #expect(writing == 2)
      let queueing = try await trips(database) {
        try await database.write { try $0.enqueue("UPDATE item SET n = n + 1 WHERE id = 3") }
      }
      #expect(queueing == 1)
      let nothing = try await trips(database) { try await database.write { _ in } }
      #expect(nothing == 0)
      #expect(try await count(database) == 3)
    }
  }

  @Test func aThrowingClosureLeavesNothing() async throws {
    try await TestCluster.withPool(setup: table, configure: { $0.connections = 1 }) { database, _ async throws in
      await #expect(throws: Mine.self) {
        try await database.write { tx in
          try tx.execute("UPDATE item SET n = 5")
          try tx.enqueue("UPDATE item SET n = 6")
          throw Mine()
        }
      }
      await #expect(throws: Mine.self) {
        try await database.read { tx in
          _ = try tx.pipeline(["SELECT 1"])
          throw Mine()
        }
      }
      #expect(try await count(database) == 0)
      #expect(database.metrics.connections == 1)
    }
  }

  @Test func aCaughtErrorStillFailsTheTransaction() async throws {
    try await TestCluster.withPool(setup: table) { database, _ async throws in
      let error = await postgresError {
        try await database.write { tx in
          try tx.execute("UPDATE item SET n = 5")
          _ = try? tx.execute("SELECT 1/0")
        }
      }
      #expect(error?.sqlState == "22012")
      let total = try await count(database)
      #expect(total == 0)
    }
  }

  @Test func errorsOfQueuedStatementsComeWithCommitAndUndoIt() async throws {
    try await TestCluster.withPool(setup: table) { database, _ async throws in
      let error = await postgresError {
        try await database.write { tx in
          try tx.execute("UPDATE item SET n = 5")
          try tx.enqueue("INSERT INTO item VALUES (1)")
        }
      }
      #expect(error?.sqlState == .uniqueViolation)
      guard case .server(let server) = error else { return #expect(Bool(false)) }
      #expect(server.index == nil)
      #expect(server.statement == "INSERT INTO item VALUES (1)")
      let missing = await postgresError {
        try await database.write { tx in
          try tx.execute("UPDATE item SET n = 5")
          try tx.enqueueUpdatingExactlyOne("UPDATE item SET n = n + 1 WHERE id = \(Int32(9))")
        }
      }
      #expect(missing?.sqlState == .noDataFound)
      let index = await postgresError {
        try await database.write { tx in
          try tx.enqueue("SELECT 1")
          _ = try tx.pipeline(["SELECT 1", "SELECT 1/0"])
        }
      }
      guard case .server(let second) = index else { return #expect(Bool(false)) }
      #expect(second.index == 1)
      let total = try await count(database)
      #expect(total == 0)
    }
  }

  @Test func cardinality() async throws {
    try await TestCluster.withPool(setup: table) { database, _ async throws in
      try await database.write { tx in
        #expect(try tx.all("SELECT id FROM item ORDER BY id") { try $0.get(0, as: Int.self) } == [1, 2, 3])
        #expect(try tx.optionalOne("SELECT id FROM item WHERE id = 9") { try $0.get(0, as: Int.self) } == nil)
        #expect(try tx.execute("UPDATE item SET n = 0") == 3)
        try tx.updateExactlyOne("UPDATE item SET n = 0 WHERE id = 2")
        #expect(throws: PostgresError.self) { try tx.updateExactlyOne("UPDATE item SET n = 0") }
        #expect(throws: PostgresError.self) { _ = try tx.optionalOne("SELECT id FROM item") { _ in } }
        #expect(throws: PostgresError.self) { _ = try tx.exactlyOne("SELECT id FROM item WHERE id = 9") { _ in } }
      }
    }
  }

  @Test func readsCannotWrite() async throws {
    try await TestCluster.withPool(setup: table) { database, _ async throws in
      let read = await postgresError { try await database.read { _ = try $0.pipeline(["UPDATE item SET n = 1"]) } }
      #expect(read?.sqlState == .readOnlyTransaction)
      let once = await postgresError { try await database.readOnce(["UPDATE item SET n = 1"]) { _ in } }
      #expect(once?.sqlState == .readOnlyTransaction)
    }
  }

  @Test func savepoints() async throws {
    try await TestCluster.withPool(setup: table) { database, _ async throws in
      try await database.write { tx in
        try tx.enqueue("UPDATE item SET n = 1 WHERE id = 1")
        try tx.savepoint { try tx.execute("UPDATE item SET n = 10 WHERE id = 2") }
        #expect(throws: PostgresError.self) {
          try tx.savepoint {
            try tx.execute("UPDATE item SET n = 100 WHERE id = 3")
            try tx.execute("INSERT INTO item VALUES (1)")
          }
        }
        #expect(throws: PostgresError.self) {
          try tx.savepoint {
            try tx.enqueue("UPDATE item SET n = 100 WHERE id = 3")
            try tx.enqueue("INSERT INTO item VALUES (1)")
          }
        }
        #expect(throws: Mine.self) {
          try tx.savepoint {
            try tx.enqueue("UPDATE item SET n = 100 WHERE id = 3")
            throw Mine()
          }
        }
        #expect(throws: Mine.self) {
          try tx.savepoint {
            try tx.savepoint { try tx.execute("UPDATE item SET n = 100 WHERE id = 3") }
            throw Mine()
          }
        }
      }
      #expect(try await count(database) == 11)
    }
  }

  @Test func aSchemaChangedElsewhereIsNoticed() async throws {
    try await TestCluster.withPool(setup: table, configure: { $0.connections = 1 }) { database, url async throws in
      func columns() async throws -> Int {
        try await database.read { try $0.pipeline(["SELECT * FROM item WHERE id = 1"])[0][0].count }
      }
      #expect(try await columns() == 2)
      try await TestCluster.onConnection(url) { _ = try $0.pipeline(["ALTER TABLE item ADD extra int"]) }
      #expect(try await columns() == 3)
      #expect(database.metrics.connections == 1)
    }
  }

  @Test func copy() async throws {
    try await TestCluster.withPool(setup: ["CREATE TABLE entry (id bigint, note text)"]) { database, _ async throws in
      let copied = try await database.write { tx in
        try tx.enqueue("INSERT INTO entry VALUES (0, 'first')")
        return try tx.copyIn("COPY entry (id, note) FROM STDIN (FORMAT binary)", rows: 1...200_000) { row, number in
          try row.write(number)
          try row.write(number.isMultiple(of: 2) ? nil : "number \(number)")
        }
      }
      #expect(copied == 200_000)
      let sums = try await database.readOnce(["SELECT sum(id)::bigint, count(note) FROM entry"]) {
        try ($0[0][0].get(0, as: Int.self), $0[0][0].get(1, as: Int.self))
      }
      #expect(sums == (20_000_100_000, 100_001))
      await #expect(throws: Mine.self) {
        _ = try await database.write { tx in
          try tx.copyIn("COPY entry (id, note) FROM STDIN (FORMAT binary)", rows: 1...10) { row, number in
            if number == 5 { throw Mine() }
            try row.write(number)
            try row.write("x")
          }
        }
      }
      let bad = await postgresError {
        _ = try await database.write { tx in
          try tx.copyIn("COPY entry (id, note) FROM STDIN (FORMAT binary)", rows: 1...100_000) { row, number in
            try row.write(number)
          }
        }
      }
      #expect(bad?.sqlState == "22P04")
      let text = await postgresError {
        _ = try await database.write { try $0.copyIn("COPY entry FROM STDIN", rows: 1...1) { _, _ in } }
      }
      guard case .misuse = text else { return #expect(Bool(false)) }
      #expect(
        try await database.readOnce(["SELECT count(*) FROM entry"]) { try $0[0][0].get(0, as: Int.self) } == 200_001)
    }
  }
}
