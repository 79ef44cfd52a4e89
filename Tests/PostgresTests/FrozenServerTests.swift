import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

/// A server that is stopped (SIGSTOP): its sockets stay open and it says nothing, which no timeout of its own ends.
@Suite(.timeLimit(.minutes(2))) struct FrozenServerTests {
  /// A job is held no longer than its statement may run, further ones fail at once, and all is well when it thaws.
  @Test func aFrozenServerFailsJobsAndIsFoundAgain() async throws {
    try await withServer(connections: 1) { server, database in
      try await database.write { try $0.enqueue("CREATE TABLE item (id int)") }
      try await server.whileFrozen { _ in
        let error = await postgresError { try await database.write { _ = try $0.pipeline(["SELECT 1"]) } }
        guard case .connectionLost = error else { return #expect(Bool(false), "\(String(describing: error))") }
        let time = await ContinuousClock().measure {
          for _ in 0..<200 {
            let error = await postgresError { try await database.readOnce(["SELECT 1"]) { _ in } }
            guard case .connectionFailed = error else { return #expect(Bool(false), "\(String(describing: error))") }
          }
        }
        // Each alone would wait a second for a connection.
        #expect(time < .seconds(60))
      }
      #expect(try await eventually { (try? await database.readOnce(["SELECT 1"]) { _ in true }) ?? false })
      try await database.write { try $0.enqueue("INSERT INTO item VALUES (1)") }
      #expect(try await database.readOnce(["SELECT id FROM item"]) { $0[0].count } == 1)
    }
  }

  /// The server may still commit what it was sent: nobody says that it did not.
  @Test func aFreezeWithinCommitIsUnknown() async throws {
    try await withServer(connections: 1) { server, database in
      try await database.write { try $0.enqueue("CREATE TABLE item (id int)") }
      try await server.whileFrozen { _ in
        let error = await postgresError { try await database.write { try $0.enqueue("INSERT INTO item VALUES (1)") } }
        guard case .commitUnknown = error else { return #expect(Bool(false), "\(String(describing: error))") }
      }
      // What was sent once, and only once, is carried out when the server thaws.
      #expect(
        try await eventually { (try? await database.readOnce(["SELECT id FROM item"]) { $0[0].count }) == 1 })
    }
  }

  /// One server process hangs and the others do not: its job alone fails.
  @Test func oneFrozenSessionIsReplaced() async throws {
    try await withServer(connections: 1) { server, database in
      let pid = try await database.readOnce(["SELECT pg_backend_pid()"]) { try $0[0][0].get(0, as: Int32.self) }
      kill(pid, SIGSTOP)
      let error = await postgresError { try await database.readOnce(["SELECT 1"]) { _ in } }
      guard case .connectionLost = error else { return #expect(Bool(false), "\(String(describing: error))") }
      #expect(
        try await eventually {
          let found = try? await database.readOnce(["SELECT pg_backend_pid()"]) { try $0[0][0].get(0, as: Int32.self) }
          return found != nil && found != pid
        })
      kill(pid, SIGCONT)
    }
  }

  /// Nobody takes the request to cancel: neither the job nor those behind it wait for that, and when it arrives at last
  /// it hits nobody.
  @Test func cancellingOnAFrozenServerHoldsUpNobody() async throws {
    try await withServer(connections: 1) { server, database in
      _ = try await database.readOnce(["SELECT 1"]) { _ in }
      try await server.whileFrozen { _ in
        let job = Task { try await database.readOnce(["SELECT pg_sleep(0.1)"]) { _ in } }
        try #require(try await eventually { database.metrics.idle == 0 })
        let waiting = Task { try await database.readOnce(["SELECT 1"]) { _ in } }
        job.cancel()
        await #expect(throws: (any Error).self) { try await job.value }
        await #expect(throws: PostgresError.self) { try await waiting.value }
      }
      #expect(try await eventually { (try? await database.readOnce(["SELECT 1"]) { _ in true }) ?? false })
      for _ in 0..<50 { _ = try await database.readOnce(["SELECT pg_sleep(0.005)"]) { _ in } }
    }
  }

  private func withServer(
    connections: Int = 2, _ body: (FreezableServer, Database) async throws -> Void
  ) async throws {
    let folder = try TestCluster.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let server = try await EmbeddedServer.start(.init(dataFolder: folder, settings: ["fsync": "off"]))
    let database = Database(
      Database.Configuration(
        url: server.url(), connections: connections, statementTimeout: .seconds(2),
        answerSlack: .seconds(1), connectTimeout: .seconds(2)))
    do {
      try await body(FreezableServer(server: server), database)
    } catch {
      await database.shutdown(grace: .zero)
      await server.stop()
      throw error
    }
    await database.shutdown(grace: .zero)
    await server.stop()
  }
}

/// A server whose processes are stopped for a while.
private struct FreezableServer {
  let server: EmbeddedServer

  func whileFrozen(_ body: (EmbeddedServer) async throws -> Void) async throws {
    // The parent first: it makes no further children then.
    kill(server.pid, SIGSTOP)
    let frozen = [server.pid] + children()
    for pid in frozen.dropFirst() { kill(pid, SIGSTOP) }
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await body(server)) } catch { outcome = .failure(error) }
    for pid in frozen.reversed() { kill(pid, SIGCONT) }
    try outcome.get()
  }

  private func children() -> [pid_t] {
    let path = "/proc/\(server.pid)/task/\(server.pid)/children"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: " ").compactMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }
}
