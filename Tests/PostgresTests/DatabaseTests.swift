import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct DatabaseTests {
  @Test func cancellationStopsTheStatementAndSparesTheConnection() async throws {
    try await TestCluster.withPool(configure: { $0.connections = 1 }) { database, _ async throws in
      let task = Task { try await database.readOnce(["SELECT pg_sleep(30)"]) { _ in } }
      try await Task.sleep(for: .milliseconds(100))
      let time = await ContinuousClock().measure {
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
      }
      // The statement alone would take half a minute.
      #expect(time < .seconds(25))
      #expect(try await database.readOnce(["SELECT 7"]) { try $0[0][0].get(0, as: Int.self) } == 7)
      #expect(database.metrics.connections == 1)
    }
  }

  @Test func aCancelledWriteLeavesNothing() async throws {
    try await TestCluster.withPool(setup: ["CREATE TABLE item (id int)"]) { database, _ async throws in
      let task = Task {
        try await database.write { tx in
          try tx.execute("INSERT INTO item VALUES (1)")
          try tx.execute("SELECT pg_sleep(30)")
        }
      }
      try await Task.sleep(for: .milliseconds(100))
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(try await database.readOnce(["SELECT id FROM item"]) { $0[0].count } == 0)
    }
  }

  /// Cancels at every moment of a short statement; the job behind it on the same connection must never notice.
  @Test func aLateCancelNeverHitsTheNextJob() async throws {
    try await TestCluster.withPool(configure: { $0.connections = 1 }) { database, _ async throws in
      var cancelled = 0
      for round in 0..<500 {
        let first = Task {
          switch round % 3 {
          case 0: try await database.readOnce(["SELECT pg_sleep(0.001)"]) { _ in }
          case 1: try await database.read { _ = try $0.pipeline(["SELECT pg_sleep(0.001)"]) }
          default: try await database.write { _ = try $0.pipeline(["SELECT pg_sleep(0.001)"]) }
          }
        }
        let second = Task { try await database.readOnce(["SELECT pg_sleep(0.0005)"]) { _ in true } }
        try await Task.sleep(for: .microseconds(round * 5))
        first.cancel()
        if case .failure(let error) = await first.result {
          #expect(error is CancellationError)
          cancelled += 1
        }
        #expect(try await second.value)
      }
      #expect(cancelled > 0)
      #expect(database.metrics.connections == 1)
    }
  }

  @Test func aQueuedJobThatIsCancelledNeverRuns() async throws {
    try await TestCluster.withPool(configure: { $0.connections = 1 }) { database, _ async throws in
      let ran = Mutex(false)
      try #require(try await eventually { database.metrics.idle == 1 })
      let blocker = Task { try await database.readOnce(["SELECT pg_sleep(1)"]) { _ in } }
      try #require(try await eventually { database.metrics.idle == 0 })
      let queued = Task { try await database.read { _ in ran.withLock { $0 = true } } }
      try #require(try await eventually { database.metrics.queued == 1 })
      queued.cancel()
      await #expect(throws: CancellationError.self) { try await queued.value }
      try await blocker.value
      #expect(!ran.withLock { $0 })
    }
  }

  @Test func theQueueIsBounded() async throws {
    try await TestCluster.withPool(configure: {
      $0.connections = 1
      $0.maximumQueued = 2
    }) { database, _ async throws in
      try #require(try await eventually { database.metrics.idle == 1 })
      try await withThrowingTaskGroup(of: Void.self) { group in
        for waiting in 0..<3 {
          group.addTask { try await database.readOnce(["SELECT pg_sleep(1)"]) { _ in } }
          #expect(try await eventually { database.metrics.queued == waiting && database.metrics.idle == 0 })
        }
        let error = await postgresError { try await database.readOnce(["SELECT 1"]) { _ in } }
        guard case .queueFull(limit: 2) = error else { return #expect(Bool(false)) }
        try await group.waitForAll()
      }
    }
  }

  @Test func waitingIsBounded() async throws {
    try await TestCluster.withPool(configure: {
      $0.connections = 1
      $0.queueDeadline = .milliseconds(100)
    }) { database, _ async throws in
      try #require(try await eventually { database.metrics.idle == 1 })
      let blocker = Task { try await database.readOnce(["SELECT pg_sleep(25)"]) { _ in } }
      try #require(try await eventually { database.metrics.idle == 0 })
      let time = await ContinuousClock().measure {
        let error = await postgresError { try await database.readOnce(["SELECT 1"]) { _ in } }
        guard case .queueDeadline = error else { return #expect(Bool(false)) }
      }
      // The statement before it would take 25 seconds.
      #expect(time < .seconds(20))
      blocker.cancel()
      await #expect(throws: CancellationError.self) { try await blocker.value }
    }
  }

  @Test func shutdown() async throws {
    try await TestCluster.withPool(configure: { $0.connections = 1 }) { database, _ async throws in
      try #require(try await eventually { database.metrics.idle == 1 })
      let running = Task { try await database.readOnce(["SELECT pg_sleep(1)"]) { _ in } }
      try #require(try await eventually { database.metrics.idle == 0 })
      let queued = Task { try await database.readOnce(["SELECT 1"]) { _ in } }
      try #require(try await eventually { database.metrics.queued == 1 })
      await database.shutdown(grace: .milliseconds(10))
      try await running.value
      for task in [queued, Task { try await database.readOnce(["SELECT 1"]) { _ in } }] {
        let error = await postgresError { try await task.value }
        guard case .shutDown = error else { return #expect(Bool(false), "\(String(describing: error))") }
      }
    }
  }

  @Test func aStatementTimesOut() async throws {
    try await TestCluster.withPool(configure: { $0.statementTimeout = .milliseconds(50) }) { database, _ async throws in
      let error = await postgresError { try await database.readOnce(["SELECT pg_sleep(5)"]) { _ in } }
      #expect(error?.sqlState == .queryCanceled)
    }
  }

  @Test func aKilledIdleConnectionIsReplacedUnnoticed() async throws {
    try await TestCluster.withPool(setup: ["CREATE TABLE item (id int)"], configure: { $0.connections = 1 }) {
      database, url async throws in
      func kill() async throws {
        try await TestCluster.onConnection(url) {
          _ = try $0.pipeline([
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'ohjaustila' AND pid <> pg_backend_pid() AND datname = current_database()"
          ])
        }
      }
      for pause in [Duration.zero, .milliseconds(150)] {
        try await database.write { try $0.enqueue("INSERT INTO item VALUES (1)") }
        try await kill()
        try await Task.sleep(for: pause)
        _ = try await database.readOnce(["SELECT 1"]) { _ in }
        try await kill()
        try await Task.sleep(for: pause)
        try await database.read { _ = try $0.pipeline(["SELECT 1"]) }
        try await kill()
        try await Task.sleep(for: pause)
        try await database.write { _ = try $0.pipeline(["SELECT 1"]) }
      }
      #expect(try await database.readOnce(["SELECT id FROM item"]) { $0[0].count } == 2)
      #expect(database.metrics.connections == 7)
    }
  }

  @Test func aConnectionKilledWithinATransactionIsAnErrorAndNothingRemains() async throws {
    try await TestCluster.withPool(setup: ["CREATE TABLE item (id int)"]) { database, _ async throws in
      let error = await postgresError {
        try await database.write { tx in
          try tx.execute("INSERT INTO item VALUES (1)")
          try tx.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        }
      }
      guard case .connectionLost = error else { return #expect(Bool(false)) }
      #expect(try await database.readOnce(["SELECT id FROM item"]) { $0[0].count } == 0)
    }
  }

  @Test func aLossBeforeCommitsTurnIsKnownToHaveUndoneIt() async throws {
    try await TestCluster.withPool(setup: ["CREATE TABLE item (id int)"]) { database, _ async throws in
      let error = await postgresError {
        try await database.write { tx in
          try tx.execute("INSERT INTO item VALUES (1)")
          try tx.enqueue("SELECT pg_terminate_backend(pg_backend_pid())")
        }
      }
      guard case .connectionLost = error else { return #expect(Bool(false), "\(String(describing: error))") }
      #expect(try await database.readOnce(["SELECT id FROM item"]) { $0[0].count } == 0)
    }
  }

  /// A deferred trigger kills the session within COMMIT itself.
  @Test func aLossWithinCommitIsUnknown() async throws {
    let setup: [Query] = [
      "CREATE TABLE item (id int)",
      """
      CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$
      """,
      """
      CREATE CONSTRAINT TRIGGER die AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION die()
      """,
    ]
    try await TestCluster.withPool(setup: setup) { database, _ async throws in
      let error = await postgresError {
        try await database.write { try $0.enqueue("INSERT INTO item VALUES (1)") }
      }
      guard case .commitUnknown = error else { return #expect(Bool(false), "\(String(describing: error))") }
      _ = try await database.readOnce(["SELECT 1"]) { _ in }
    }
  }

  @Test func hundredsOfTasksShareTwoConnections() async throws {
    try await TestCluster.withPool(setup: ["CREATE TABLE item (id int)"]) { database, _ async throws in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<500 {
          group.addTask { try await database.write { try $0.enqueue("INSERT INTO item VALUES (\(Int32(number)))") } }
        }
        try await group.waitForAll()
      }
      #expect(try await database.readOnce(["SELECT DISTINCT id FROM item"]) { $0[0].count } == 500)
      #expect(database.metrics.connections <= 2)
    }
  }
}
