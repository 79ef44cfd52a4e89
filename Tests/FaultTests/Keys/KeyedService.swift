import Foundation
import Guidance
import NIOCore
import Postgres
import TestSupport
import Testing
import Vault

/// Copies of the service with a key folder each, or one for all, and the command line beside them.
struct KeyedService: Sendable {
  let site: Site
  let copies: [ServiceCopy]
  /// The data folder of each copy.
  let folders: [URL]

  var cluster: Cluster { site.cluster }
  var program: Program { site.program }

  /// - Parameter apart: whether each copy has a key folder of its own, all with the same keys at first.
  static func with(copies count: Int, apart: Bool = false, _ body: (KeyedService) async throws -> Void) async throws {
    try await Site.with(environment: ledger) { site in
      let folders = (0..<count).map { apart ? site.folder.appending(path: "data\($0)") : site.data }
      let copies = folders.enumerated().map { site.copy("copy\($0)", data: $1) }
      let service = KeyedService(site: site, copies: copies, folders: folders)
      try await service.whileServing { try await body(service) }
    }
  }

  /// Key folders may be apart; the erasure ledger is one for all copies.
  private static func ledger(in folder: URL) -> [String: String] {
    ["OHJAUSTILA_LEDGER": folder.appending(path: "ledger").path]
  }

  /// One copy starts first and makes the keys, and those of the test issuer; folders of others begin with the same.
  private func whileServing(_ body: () async throws -> Void) async throws {
    try await ServiceCopy.whileRunning(copies.prefix(1)) {
      try await eventually("a copy that serves") { copies[0].address != nil }
      for folder in folders where folder != folders[0] {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: folders[0].appending(path: "keys"), to: folder.appending(path: "keys"))
      }
      try await ServiceCopy.whileRunning(copies.dropFirst()) {
        try await eventually("copies that serve") { copies.allSatisfy { $0.address != nil } }
        try await body()
      }
    }
  }

  private static let patience = TimeAmount.seconds(60)

  /// Sends a request to one copy, once, with a token that this copy has just made.
  func send(_ call: Call, as person: Person? = nil, to copy: Int) async throws -> Answer {
    let address = try #require(copies[copy].address)
    guard let person else { return try await site.http.send(call, token: nil, to: address, patience: Self.patience) }
    let made = try await site.http.send(
      .post("/dev/tokens", person.claims), token: nil, to: address, patience: Self.patience)
    let token = try #require(made.members.token)
    return try await site.http.send(call, token: token, to: address, patience: Self.patience)
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
    try await program.with(variables).run(command(words, on: copy), log: "command-\(UUID().uuidString).log")
  }

  /// A copy is killed and serves again.
  func restarts(_ copy: Int = 0) async throws {
    let starts = copies[copy].starts
    _ = copies[copy].kill()
    try await eventually("a copy that serves again") {
      copies[copy].starts > starts && copies[copy].address != nil
    }
    #expect(try await send(.get("/health/ready"), to: copy).status == 200)
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
