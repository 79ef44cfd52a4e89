import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

@Suite struct EmbeddedServerTests {
  private func withFolder(_ body: (URL) async throws -> Void) async throws {
    let folder = try TestCluster.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
  }

  private func answer(_ server: EmbeddedServer, role: String? = nil) async throws -> String {
    try await TestCluster.onConnection(server.url(role: role)) {
      try $0.pipeline(["SELECT current_user::text"])[0][0].get(0, as: String.self)
    }
  }

  @Test func startsStopsAndKeepsWhatItHas() async throws {
    try await withFolder { folder async throws in
      let configuration = EmbeddedServer.Configuration(dataFolder: folder, superuser: "boss", roles: ["clerk"])
      let server = try await EmbeddedServer.start(configuration)
      #expect(try await answer(server) == "boss")
      try await TestCluster.onConnection(server.url()) {
        _ = try $0.pipeline(["CREATE ROLE clerk LOGIN"])
        _ = try $0.pipeline(["CREATE ROLE late LOGIN"])
        let rows = try $0.pipeline([
          "SHOW data_checksums", "SHOW server_encoding", "SHOW listen_addresses", "SHOW TimeZone", "SHOW fsync",
        ])
        #expect(try rows.map { try $0[0].get(0, as: String.self) } == ["on", "UTF8", "", "UTC", "on"])
      }
      #expect(try await answer(server, role: "clerk") == "clerk")
      await #expect(throws: PostgresError.self) { try await answer(server, role: "late") }
      try server.allow(roles: ["late"])
      #expect(try await eventually { (try? await answer(server, role: "late")) == "late" })
      await server.stop()
      #expect(await server.untilEnd() == .stopped)
      await server.stop()

      let again = try await EmbeddedServer.start(configuration)
      #expect(try await answer(again, role: "clerk") == "clerk")
      await again.stop()
      let log = try String(contentsOf: again.logFile, encoding: .utf8)
      #expect(!log.contains("SELECT"))
    }
  }

  @Test func oneServiceAFolder() async throws {
    try await withFolder { folder async throws in
      let server = try await EmbeddedServer.start(.init(dataFolder: folder))
      await #expect(throws: EmbeddedServerError.inUse(folder: folder.path().dropLastSlash, pid: getpid())) {
        _ = try await EmbeddedServer.start(.init(dataFolder: folder))
      }
      #expect(try await answer(server) == "postgres")
      await server.stop()
    }
  }

  @Test func severalAtOnce() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        group.addTask {
          try await withFolder { folder async throws in
            let server = try await EmbeddedServer.start(.init(dataFolder: folder))
            #expect(try await answer(server) == "postgres")
            await server.stop()
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func aKilledServerIsReportedAndRecovers() async throws {
    try await withFolder { folder async throws in
      let server = try await EmbeddedServer.start(.init(dataFolder: folder))
      let database = Database(.init(url: server.url(), connections: 2))
      try await database.write { try $0.enqueue("CREATE TABLE kept (id int)") }
      kill(server.pid, SIGKILL)
      guard case .died(let how) = await server.untilEnd() else { return #expect(Bool(false)) }
      #expect(how == "signal 9")
      await server.stop()
      // Its sessions notice a moment later.
      let isGone = try await eventually { (try? await database.readOnce(["SELECT 1"]) { _ in true }) == nil }
      #expect(isGone)

      // The database finds the new server by itself.
      let again = try await EmbeddedServer.start(.init(dataFolder: folder))
      #expect(try await database.readOnce(["SELECT id FROM kept"]) { $0[0].count } == 0)
      await database.shutdown()
      await again.stop()
    }
  }

  /// What a process that was killed may leave where the kernel could not take its server along.
  @Test func anOrphanIsStopped() async throws {
    try await withFolder { folder async throws in
      await (try EmbeddedServer.start(.init(dataFolder: folder))).stop()
      let cluster = folder.appending(path: "cluster").path()
      let orphan = Process()
      orphan.executableURL = URL(filePath: "/usr/bin/setpriv")
      let identity = geteuid() == 0 ? ["--reuid=postgres", "--regid=postgres", "--init-groups"] : []
      let programs = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql").compactMap { Int($0) }
      let postgres = "/usr/lib/postgresql/\(try #require(programs.max()))/bin/postgres"
      orphan.arguments =
        identity + [
          postgres, "-D", cluster, "-c", "listen_addresses=", "-c",
          "unix_socket_directories=\(folder.appending(path: "socket").path())",
        ]
      orphan.standardError = FileHandle.nullDevice
      try orphan.run()
      let pidFile = cluster + "/postmaster.pid"
      try #require(try await eventually { FileManager.default.fileExists(atPath: pidFile) })

      let server = try await EmbeddedServer.start(.init(dataFolder: folder))
      #expect(server.pid != orphan.processIdentifier)
      #expect(try await answer(server) == "postgres")
      orphan.waitUntilExit()
      await server.stop()
    }
  }

  @Test func aHalfInitialisedClusterIsMadeAnew() async throws {
    try await withFolder { folder async throws in
      let half = folder.appending(path: "cluster.new")
      try FileManager.default.createDirectory(at: half, withIntermediateDirectories: true)
      try Data("15".utf8).write(to: half.appending(path: "PG_VERSION"))
      let server = try await EmbeddedServer.start(.init(dataFolder: folder))
      #expect(try await answer(server) == "postgres")
      #expect(!FileManager.default.fileExists(atPath: half.path))
      await server.stop()
    }
  }

  @Test func strangeFoldersAreRefused() async throws {
    try await withFolder { folder async throws in
      let cluster = folder.appending(path: "cluster")
      try FileManager.default.createDirectory(at: cluster, withIntermediateDirectories: true)
      try Data().write(to: cluster.appending(path: "mine.txt"))
      await #expect(throws: EmbeddedServerError.self) { _ = try await EmbeddedServer.start(.init(dataFolder: folder)) }
      let long = folder.appending(path: String(repeating: "x", count: 100))
      await #expect(throws: EmbeddedServerError.self) { _ = try await EmbeddedServer.start(.init(dataFolder: long)) }
    }
  }

  @Test func aServerThatDoesNotStartSaysWhy() async throws {
    try await withFolder { folder async throws in
      do {
        _ = try await EmbeddedServer.start(.init(dataFolder: folder, settings: ["shared_buffers": "nonsense"]))
        #expect(Bool(false))
      } catch EmbeddedServerError.failed(_, let reason) {
        #expect(reason.contains("shared_buffers"))
      }
    }
  }

  @Test func unreachableFoldersAreNamed() async throws {
    try await withFolder { folder async throws in
      let closed = folder.appending(path: "closed", directoryHint: .isDirectory)
      try FileManager.default.createDirectory(
        at: closed, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      let within = closed.appending(path: "data")
      #expect(
        try EmbeddedServer.firstUnreachable(on: within, by: "nobody")?.path().dropLastSlash
          == closed.path().dropLastSlash)
      #expect(try EmbeddedServer.firstUnreachable(on: folder, by: "nobody") == nil)
      #expect(throws: EmbeddedServerError.unknownUser("no-such-user")) {
        _ = try EmbeddedServer.firstUnreachable(on: folder, by: "no-such-user")
      }
      guard geteuid() == 0 else { return }
      await #expect(throws: EmbeddedServerError.unreachable(folder: closed.path().dropLastSlash, user: "postgres")) {
        _ = try await EmbeddedServer.start(.init(dataFolder: within))
      }
    }
  }
}

extension String {
  fileprivate var dropLastSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
