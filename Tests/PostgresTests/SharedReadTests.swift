import Dispatch
import Postgres
import TestSupport
import Testing

/// Reads that wait next to each other go out in one round trip, and none can tell.
@Suite struct SharedReadTests {
  @Test(arguments: [(1, 6), (4, 2), (8, 1)])
  func waitingReadsShareRoundTrips(_ atMost: Int, _ expected: Int) async throws {
    try await Self.withOneConnection(configure: { $0.sharedReads = atMost }) { database in
      let trips = database.metrics.roundTrips
      try await Self.behindABlocker(of: database, 6) { number in
        let own = try await database.readOnce([
          "SELECT set_config('my.number', \("\(number)"), true)", "SELECT current_setting('my.number')",
        ]) { try $0[1].exactlyOne().get(0, as: String.self) }
        #expect(own == "\(number)")
      }
      #expect(database.metrics.roundTrips == trips + expected)
    }
  }

  @Test func oneThatAsksForItsOwnRoundTripGetsIt() async throws {
    try await Self.withOneConnection { database in
      let trips = database.metrics.roundTrips
      try await Self.behindABlocker(of: database, 4) { number in
        let sharing = number.isMultiple(of: 2)
        let value = try await database.readOnce(["SELECT \(number)"], sharing: sharing) {
          try $0[0][0].get(0, as: Int.self)
        }
        #expect(value == number)
      }
      #expect(database.metrics.roundTrips == trips + 4)
    }
  }

  /// Each is a transaction of its own: what a neighbour has stated is gone.
  @Test func settingsEndWithTheirRead() async throws {
    try await Self.withOneConnection { database in
      try await Self.behindABlocker(of: database, 6) { number in
        let seen = try await database.readOnce(
          number.isMultiple(of: 2)
            ? ["SELECT set_config('my.principal', 'somebody', true)", "SELECT current_setting('my.principal')"]
            : ["SELECT 1", "SELECT nullif(current_setting('my.principal', true), '')"]
        ) { try $0[1].exactlyOne().get(0, as: String?.self) }
        #expect(seen == (number.isMultiple(of: 2) ? "somebody" : nil))
      }
    }
  }

  /// The reads behind a failed one need the statement that it should have prepared.
  @Test func anErrorIsOneReadsOwn() async throws {
    try await Self.withOneConnection { database in
      try await Self.behindABlocker(of: database, 6) { number in
        let divisor = number == 0 || number == 4 ? 0 : 1
        let error = await postgresError {
          let sum = try await database.readOnce(["SELECT 1 / \(divisor)", "SELECT \(number) + 1000"]) {
            try $0[1].exactlyOne().get(0, as: Int.self)
          }
          #expect(sum == number + 1000)
        }
        #expect(error?.sqlState == (divisor == 0 ? "22012" : nil))
      }
      let prepared: Query = "SELECT count(*) FROM pg_prepared_statements"
      // The session's settings, the two statements of the reads, and this one.
      let count = try await database.readOnce([prepared]) { try $0[0][0].get(0, as: Int.self) }
      #expect(count == 4)
      #expect(database.metrics.connections == 1)
    }
  }

  @Test func aValueThatCannotBeSentIsRefusedBeforeItWaits() async throws {
    try await Self.withOneConnection { database in
      try await Self.behindABlocker(of: database, 3, refusing: 1) { number in
        let error = await postgresError {
          _ = try await database.readOnce(["SELECT \(number == 1 ? "\0" : "text")"]) { _ in }
        }
        guard number == 1 else { return #expect(error == nil) }
        guard case .encoding = error else { return #expect(Bool(false)) }
      }
    }
  }

  @Test func aTimeoutIsOneReadsOwn() async throws {
    try await Self.withOneConnection(configure: { $0.statementTimeout = .milliseconds(200) }) { database in
      try await Self.behindABlocker(of: database, 4) { number in
        let error = await postgresError {
          _ = try await database.readOnce(["SELECT pg_sleep(\(number == 1 ? 20.0 : 0.0))"]) { _ in }
        }
        #expect(error?.sqlState == (number == 1 ? .queryCanceled : nil))
      }
    }
  }

  /// Cancels some of the reads of a round trip at any moment of it: they end as cancelled or well, the others well.
  @Test func aCancellationSparesTheNeighbours() async throws {
    var random = SplitMix64(seed: testSeed)
    try await Self.withOneConnection { database in
      var cancelled = 0
      for round in 0..<150 {
        let doomed = Set((0..<6).filter { _ in Bool.random(using: &random) })
        let moment = Int.random(in: 0...6000, using: &random)
        let blocker = Task { try await database.read { _ = try $0.pipeline(["SELECT pg_sleep(0.002)"]) } }
        let reads = (0..<6).map { number in
          Task {
            try await database.readOnce(["SELECT pg_sleep(0.0005)", "SELECT \(number)"]) {
              try $0[1].exactlyOne().get(0, as: Int.self)
            }
          }
        }
        try await Task.sleep(for: .microseconds(moment))
        for number in doomed { reads[number].cancel() }
        for (number, read) in reads.enumerated() {
          switch await read.result {
          case .success(let value): #expect(value == number)
          case .failure(let error):
            #expect(error is CancellationError && doomed.contains(number), "seed \(testSeed), round \(round): \(error)")
            cancelled += 1
          }
        }
        try await blocker.value
      }
      #expect(cancelled > 0)
      #expect(database.metrics.connections == 1)
    }
  }

  /// One of them is long, and nobody wants it any more: the others need not wait for its end.
  @Test func aCancelledReadLetsThoseBehindItGoOn() async throws {
    try await Self.withOneConnection { database in
      let time = try await ContinuousClock().measure {
        try await Self.behindABlocker(of: database, 4) { number in
          guard number == 1 else {
            let value = try await database.readOnce(["SELECT \(number)"]) { try $0[0][0].get(0, as: Int.self) }
            return #expect(value == number)
          }
          let task = Task { try await database.readOnce(["SELECT pg_sleep(60)"]) { _ in } }
          Task {
            try await Task.sleep(for: .seconds(2))
            task.cancel()
          }
          await #expect(throws: CancellationError.self) { try await task.value }
        }
      }
      // The long one alone would take a minute.
      #expect(time < .seconds(50))
      #expect(database.metrics.connections == 1)
    }
  }

  /// The connection dies under the second of five: it is tried once more, those behind it go on with another connection.
  @Test func aLostConnectionIsNoReadsEndButItsOwn() async throws {
    try await Self.withOneConnection { database in
      try await Self.behindABlocker(of: database, 5) { number in
        let error = await postgresError {
          let value = try await database.readOnce([
            number == 1 ? "SELECT pg_terminate_backend(pg_backend_pid())" : "SELECT true", "SELECT \(number)",
          ]) { try $0[1].exactlyOne().get(0, as: Int.self) }
          #expect(value == number)
        }
        guard number == 1 else { return #expect(error == nil) }
        guard case .connectionLost = error else { return #expect(Bool(false), "\(String(describing: error))") }
      }
      #expect(database.metrics.connections == 3)
    }
  }

  /// A schema change under cached statements is noticed by several reads of a trip at once.
  @Test func staleStatementsArePreparedAnew() async throws {
    let setup: [Query] = ["CREATE TABLE item (id int)", "INSERT INTO item VALUES (7)"]
    try await TestCluster.withPool(setup: setup, configure: { $0.connections = 1 }) { database, url async throws in
      let read: @Sendable () async throws -> Int32 = {
        try await database.readOnce(["SELECT * FROM item"]) { try $0[0].exactlyOne().get(0) }
      }
      #expect(try await read() == 7)
      try await TestCluster.onConnection(url) { _ = try $0.pipeline(["ALTER TABLE item ADD COLUMN name text"]) }
      try await Self.behindABlocker(of: database, 4) { _ in
        let value = try await read()
        #expect(value == 7)
      }
      #expect(database.metrics.connections == 1)
    }
  }

  /// Reads on both sides of a write stay on their sides.
  @Test func nobodyIsOvertaken() async throws {
    try await TestCluster.withPool(
      setup: ["CREATE TABLE item (id int)"], configure: { $0.connections = 1 }
    ) { database, _ async throws in
      try await Self.behindABlocker(of: database, 5) { number in
        if number == 2 {
          try await database.write { try $0.enqueue("INSERT INTO item VALUES (1)") }
        } else {
          let count = try await database.readOnce(["SELECT id FROM item"]) { $0[0].count }
          #expect(count == (number < 2 ? 0 : 1))
        }
      }
    }
  }

  private static func withOneConnection(
    configure: (inout Database.Configuration) -> Void = { _ in }, _ body: (Database) async throws -> Void
  ) async throws {
    try await TestCluster.withPool(configure: {
      $0.connections = 1
      configure(&$0)
    }) { database, _ async throws in try await body(database) }
  }

  /// Keeps the one connection busy until `count` calls wait behind it, in their order, but for the one that is refused.
  private static func behindABlocker(
    of database: Database, _ count: Int, refusing refused: Int? = nil,
    _ call: @escaping @Sendable (Int) async throws -> Void
  ) async throws {
    let gate = DispatchSemaphore(value: 0)
    try #require(try await eventually { database.metrics.idle == 1 })
    let blocker = Task { try await database.read { _ in gate.wait() } }
    try #require(try await eventually { database.metrics.idle == 0 })
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { gate.signal() }
      for number in 0..<count {
        let waiting = database.metrics.queued
        group.addTask { try await call(number) }
        guard number != refused else { continue }
        try #require(try await eventually { database.metrics.queued > waiting })
      }
      gate.signal()
      try await group.waitForAll()
    }
    try await blocker.value
  }
}
