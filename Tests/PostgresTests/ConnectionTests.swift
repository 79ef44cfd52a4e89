import Postgres
import TestSupport
import Testing

@Suite struct ConnectionTests {
  @Test func pipelineIsOneRoundTripAndOneTransaction() async throws {
    try await TestCluster.withConnection { connection throws in
      let trips = connection.roundTrips
      let rows = try connection.pipeline([
        "SELECT set_config('my.principal', \("me"), true)", "SELECT current_setting('my.principal')",
        "SELECT pg_current_xact_id()::text",
      ])
      #expect(connection.roundTrips == trips + 1)
      #expect(try rows[1].exactlyOne().get(0) == "me")
      let after = try connection.pipeline(["SELECT nullif(current_setting('my.principal', true), '')"])
      #expect(try after[0].exactlyOne().get(0, as: String?.self) == nil)
    }
  }

  @Test func anErrorNamesItsStatementAndLeavesTheConnectionUsable() async throws {
    try await TestCluster.withConnection { connection throws in
      _ = try connection.pipeline([
        "CREATE TABLE person (id int CONSTRAINT person_key PRIMARY KEY, age int CONSTRAINT grown CHECK (age > 17))"
      ])
      let failure = postgresError(in: {
        _ = try connection.pipeline([
          "INSERT INTO person VALUES (\(1 as Int32), 20)", "INSERT INTO person VALUES (\(1 as Int32), 99)",
          "SELECT 1 / 0",
        ])
      })
      guard case .server(let error) = failure else { return #expect(Bool(false)) }
      #expect(error.sqlState == .uniqueViolation)
      #expect(error.constraint == "person_key")
      #expect(error.table == "person")
      #expect(error.index == 1)
      #expect(error.detail?.contains("(1)") == true)
      #expect(!"\(error)".contains("(1)"))
      #expect(!String(reflecting: error).contains("(1)"))
      // The pipeline was one transaction.
      #expect(try connection.pipeline(["SELECT count(*) FROM person"])[0][0].get(0) == 0)
      let check = postgresError(in: { _ = try connection.pipeline(["INSERT INTO person VALUES (1, 3)"]) })
      #expect(check?.sqlState == .checkViolation)
      #expect(check?.constraint == "grown")
    }
  }

  @Test func syntaxErrorsAreNotCached() async throws {
    try await TestCluster.withConnection { connection throws in
      for _ in 0..<3 {
        let error = postgresError(in: { _ = try connection.pipeline(["SELECT 1", "SELEKT \(1)", "SELECT 2"]) })
        #expect(error?.sqlState == .syntaxError)
      }
      #expect(try connection.pipeline(["SELECT 1", "SELECT 2"]).map { try $0[0].get(0, as: Int.self) } == [1, 2])
      #expect(try connection.pipeline(["SELECT count(*) FROM pg_prepared_statements"])[0][0].get(0, as: Int.self) <= 4)
    }
  }

  @Test func dataExceptionsAreLoggedWithoutTheirMessage() async throws {
    try await TestCluster.withConnection { connection throws in
      let error = postgresError(in: { _ = try connection.pipeline(["SELECT \("secret")::text::int"]) })
      #expect(error?.sqlState == "22P02")
      #expect(error?.description.contains("secret") == false)
    }
  }

  @Test func statementsAreCachedAndBounded() async throws {
    try await TestCluster.withDatabase { url async throws in
      let configuration = ConnectionConfiguration(url: url, preparedStatements: 10)
      try await Connection.run(configuration) { connection throws in
        let prepared: Query = "SELECT count(*) FROM pg_prepared_statements"
        for round in 0..<3 {
          for number in 0..<50 {
            _ = try connection.pipeline(["SELECT \(round) AS \(identifier: "c\(number)")", "SELECT \(number)"])
          }
        }
        _ = try connection.pipeline([prepared])
        let count = try connection.pipeline([prepared])[0][0].get(0, as: Int.self)
        #expect(count <= 11)
        let names: Query = "SELECT name FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1'"
        let name = try connection.pipeline([names])[0][0].get(0, as: String.self)
        _ = try connection.pipeline(["SELECT \(5)"])
        #expect(try connection.pipeline([names])[0][0].get(0) == name)
      }
    }
  }

  @Test func theSameTextWithOtherTypesIsAnotherStatement() async throws {
    try await TestCluster.withConnection { connection throws in
      let rows = try connection.pipeline(["SELECT \(1)", "SELECT \("x")", "SELECT \(Int32(2))", "SELECT \(3)"])
      #expect(try rows[0][0].get(0) == 1)
      #expect(try rows[1][0].get(0) == "x")
      #expect(try rows[2][0].get(0, as: Int32.self) == 2)
      #expect(try rows[3][0].get(0) == 3)
    }
  }

  @Test func aChangedSchemaIsPreparedAnew() async throws {
    try await TestCluster.withConnection { connection throws in
      _ = try connection.pipeline(["CREATE TABLE thing (a int)"])
      _ = try connection.pipeline(["INSERT INTO thing VALUES (1)"])
      let query: Query = "SELECT * FROM thing"
      #expect(try connection.pipeline([query])[0][0].count == 1)
      _ = try connection.pipeline(["ALTER TABLE thing ADD b int"])
      #expect(try connection.pipeline(["SELECT 1", query])[1][0].count == 2)
      _ = try connection.pipeline(["DEALLOCATE ALL"])
      #expect(try connection.pipeline([query])[0][0].count == 2)
      _ = try connection.pipeline(["BEGIN", query])
      _ = try connection.pipeline(["ALTER TABLE thing ADD c int"])
      #expect(postgresError(in: { _ = try connection.pipeline([query]) })?.sqlState == .featureNotSupported)
      _ = try connection.pipeline(["ROLLBACK"])
      #expect(try connection.pipeline([query])[0][0].count == 2)
    }
  }

  @Test func largePipelinesDoNotBlockEachOther() async throws {
    try await TestCluster.withConnection { connection throws in
      // Both directions fill their sockets: 64 MiB each.
      let block = Bytea(Array(repeating: 7, count: 1 << 20))
      let rows = try connection.pipeline((0..<64).map { _ in "SELECT \(block)" })
      #expect(try rows.allSatisfy { try $0[0].get(0, as: Bytea.self) == block })
    }
  }

  @Test func copyDoesNotGoThroughAPipeline() async throws {
    try await TestCluster.withConnection { connection throws in
      let error = postgresError(in: { _ = try connection.pipeline(["COPY pg_class TO STDOUT"]) })
      #expect(error != nil)
    }
  }

  @Test(.timeLimit(.minutes(2))) func connectingIsBounded() async throws {
    let server = try SilentServer()
    defer { server.close() }
    let error = await postgresError {
      let configuration = ConnectionConfiguration(
        url: "postgresql://nobody@127.0.0.1:\(server.port)/none", connectTimeout: .milliseconds(200))
      try await Connection.run(configuration) { _ in }
    }
    guard case .connectionFailed = error else { return #expect(Bool(false)) }
  }

  @Test func settingsHoldForTheSession() async throws {
    try await TestCluster.withDatabase { url async throws in
      let configuration = ConnectionConfiguration(
        url: url, settings: ["search_path": "a, b", "statement_timeout": "1234"])
      try await Connection.run(configuration) { connection throws in
        let rows = try connection.pipeline(["SHOW search_path", "SHOW statement_timeout"])
        #expect(try rows[0][0].get(0) == "a, b")
        #expect(try rows[1][0].get(0) == "1234ms")
      }
    }
  }
}
