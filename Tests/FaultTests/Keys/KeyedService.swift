import AsyncHTTPClient
import Foundation
import Guidance
import Postgres
import TestSupport
import Testing
import Vault

/// Copies of the service with a key folder each, or one for all, and the command line beside them.
struct KeyedService: Sendable {
  let cluster: Cluster
  let program: Program
  let copies: [ServiceCopy]
  /// The data folder of each copy.
  let folders: [URL]
  let http: HTTPClient

  /// - Parameter apart: whether each copy has a key folder of its own, all with the same keys at first.
  static func with(copies count: Int, apart: Bool = false, _ body: (KeyedService) async throws -> Void) async throws {
    let folder = try TestCluster.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let cluster = try await Cluster(in: folder.appending(path: "postgres"))
    let http = HTTPClient(eventLoopGroupProvider: .singleton)
    do {
      let folders = (0..<count).map { folder.appending(path: "data\(apart ? $0 : 0)") }
      let program = Program(
        resources: TestInstallation.repository,
        environment: environment(cluster, ledger: folder.appending(path: "ledger")), logs: folder)
      let copies = folders.enumerated().map { number, data in
        ServiceCopy(program, name: "copy\(number)", arguments: ["serve", "--port", "0", "--dev", "--data", data.path])
      }
      let migration = try await program.run(["migrate"], log: "migrate.log")
      try #require(migration.end == .exited(0), "\(migration.output)")
      let service = KeyedService(cluster: cluster, program: program, copies: copies, folders: folders, http: http)
      try await service.whileServing { try await body(service) }
    } catch {
      try await http.shutdown()
      await cluster.stop()
      throw error
    }
    try await http.shutdown()
    await cluster.stop()
  }

  /// One copy starts first and makes the keys, and those of the test issuer; folders of others begin with the same.
  private func whileServing(_ body: () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      do {
        for (copy, folder) in zip(copies, folders) {
          if folder != folders[0] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
              at: folders[0].appending(path: "keys"), to: folder.appending(path: "keys"))
          }
          group.addTask { try await copy.supervise() }
          try await eventually("a copy that serves") { copy.address != nil }
        }
        try await body()
      } catch {
        for copy in copies { copy.stop() }
        throw error
      }
      for copy in copies { copy.stop() }
      try await group.waitForAll()
    }
  }

  /// Key folders may be apart; the erasure ledger is one for all copies.
  private static func environment(_ cluster: Cluster, ledger: URL) -> [String: String] {
    cluster.variables.merging(["OHJAUSTILA_LEDGER": ledger.path]) { $1 }
  }
}

// MARK: - Commands and keys

extension KeyedService {
  /// Arguments of a command on the data folder of a copy.
  func command(_ words: [String], on copy: Int = 0) -> [String] {
    words + ["--dev", "--data", folders[copy].path, "--log-level", "error"]
  }

  /// Starts `ohjaustila keys …`.
  func startKeys(_ words: String..., log: String) throws -> Run {
    try program.start(command(["keys"] + words), log: log)
  }

  /// Runs `ohjaustila keys …` to its end.
  func keys(_ words: String..., on copy: Int = 0) async throws -> (end: Run.End, output: String) {
    try await run(["keys"] + words, on: copy)
  }

  /// Runs a command to its end, with some variables beside those of every run.
  func run(
    _ words: [String], _ variables: [String: String] = [:], on copy: Int = 0
  ) async throws -> (end: Run.End, output: String) {
    let program = Program(
      resources: program.resources, environment: program.environment.merging(variables) { $1 }, logs: program.logs)
    return try await program.run(command(words, on: copy), log: "command-\(UUID().uuidString).log")
  }

  /// A copy is killed and serves again.
  func restarts(_ copy: Int = 0) async throws {
    let starts = copies[copy].starts
    _ = copies[copy].kill()
    try await eventually("a copy that serves again") {
      copies[copy].starts > starts && copies[copy].address != nil
    }
    #expect(try await send("GET", "/health/ready", to: copy).status == 200)
  }

  func keyFolder(_ copy: Int = 0) -> String { folders[copy].appending(path: "keys").path }

  func masterFile(_ id: String, of copy: Int = 0) -> String { keyFolder(copy) + "/master-\(id).key" }

  func hasFile(_ id: String, of copy: Int = 0) -> Bool {
    FileManager.default.fileExists(atPath: masterFile(id, of: copy))
  }

  /// The master that the database calls current.
  func current() async throws -> String {
    try #require(
      try await cluster.ask("SELECT id FROM ohjaustila.master_key WHERE stage = 'current'") {
        try $0.get(0, as: String.self)
      }.first)
  }

  /// Rows that say that they are under a master, by the superuser.
  func rows(under id: String) async throws -> Int {
    try await cluster.count(
      """
      SELECT (SELECT count(*) FROM ohjaustila.space_secret WHERE master_id = \(id))
        + (SELECT count(*) FROM ohjaustila.person WHERE master_id = \(id))
        + (SELECT count(*) FROM ohjaustila.delivery WHERE master_id = \(id))
      """)
  }

  func isDestroyed(_ id: String) async throws -> Bool {
    try await cluster.count(
      "SELECT count(*) FROM ohjaustila.key_fingerprint WHERE id = \(id) AND destroyed_at IS NOT NULL") == 1
  }

  /// Wrapped keys of so many spaces, and nothing else of them: for a rotation to have something to do.
  func seed(_ count: Int) async throws {
    let ring = try KeyRing.load(folder: keyFolder(), creating: false)
    let ids = (0..<count).map { _ in UUID() }
    let wrapped = ids.map { Bytea(ring.wrap(.random(for: .space($0))).bytes) }
    try await Connection.run(ConnectionConfiguration(url: cluster.url())) { connection in
      _ = try connection.pipeline([
        "SET session_replication_role = replica",
        """
        INSERT INTO ohjaustila.space_secret (space_id, master_id, wrapped_key, title)
        SELECT u.id, \(ring.currentMaster.text), u.key, 'x' FROM unnest(\(ids), \(wrapped)) AS u (id, key)
        """,
      ])
    }
  }

  /// Every wrapped key of a space opens with the current master alone.
  func checkSeeds() async throws {
    let current = try await current()
    let ring = try KeyRing.load(folder: keyFolder(), creating: false)
    let rows = try await cluster.ask("SELECT space_id, master_id, wrapped_key FROM ohjaustila.space_secret") {
      (try $0.get(0, as: UUID.self), try $0.get(1, as: String.self), try $0.get(2, as: Bytea.self).bytes)
    }
    #expect(rows.allSatisfy { $0.1 == current })
    for (id, _, bytes) in rows { _ = try ring.unwrap(WrappedKey(bytes: bytes), of: .space(id)) }
  }
}
