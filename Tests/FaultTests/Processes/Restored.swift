import AsyncHTTPClient
import Foundation
import Glibc
import Guidance
import Postgres
import Synchronization
import TestSupport
import Testing

/// One copy of the service on a database that is put back to what it was.
final class Restored: Sendable {
  let folder: URL
  let cluster: Cluster
  let program: Program
  let options: [String]
  private let http: HTTPClient
  private let state = Mutex<(copy: ServiceCopy, running: Task<Void, any Error>)?>(nil)

  var ledger: URL { folder.appending(path: "ledger") }

  private init(folder: URL, cluster: Cluster, http: HTTPClient) {
    (self.folder, self.cluster, self.http) = (folder, cluster, http)
    options = ["--dev", "--data", folder.appending(path: "data").path]
    program = Program(
      resources: TestInstallation.repository,
      environment: cluster.variables.merging(["OHJAUSTILA_LEDGER": folder.appending(path: "ledger").path]) { $1 },
      logs: folder)
  }

  static func with(_ body: (Restored) async throws -> Void) async throws {
    let folder = try TestCluster.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let cluster = try await Cluster(in: folder.appending(path: "postgres"))
    let http = HTTPClient(eventLoopGroupProvider: .singleton)
    let house = Restored(folder: folder, cluster: cluster, http: http)
    do {
      let migration = try await house.program.run(["migrate"], log: "migrate.log")
      try #require(migration.end == .exited(0), "\(migration.output)")
      try await house.start()
      try await body(house)
    } catch {
      await house.stop()
      try await http.shutdown()
      await cluster.stop()
      throw error
    }
    await house.stop()
    try await http.shutdown()
    await cluster.stop()
  }

  func start() async throws {
    let copy = ServiceCopy(
      program, name: "copy-\(UUID().uuidString.prefix(4))", arguments: ["serve", "--port", "0"] + options)
    let running = Task { try await copy.supervise() }
    state.withLock { $0 = (copy, running) }
    try await eventually("a service that answers") { copy.address != nil }
    #expect(copy.starts == 1)
  }

  /// Kills it.
  func stop() async {
    guard let (copy, running) = state.withLock({ $0 }) else { return }
    state.withLock { $0 = nil }
    copy.stop()
    _ = try? await running.value
  }

  /// What it has written since it was last started.
  var log: String { state.withLock { $0?.copy.output?.text } ?? "" }

  func client() -> Client {
    Client(copies: state.withLock { $0.map { [$0.copy] } } ?? [], http: http, seed: Plan.seed)
  }

  /// Runs a command to its end.
  ///
  /// - Parameter fileLimit: how large a file may grow, in bytes.
  func run(_ command: String..., fileLimit: Int? = nil) async throws -> (end: Run.End, output: String) {
    try await program.run(
      command + options, log: "\(command.joined(separator: "-"))-\(UUID().uuidString).log", fileLimit: fileLimit)
  }

  // MARK: - What is in it

  /// An organisation with an officer, a customer's space with a message, and another's.
  func furnish(_ client: inout Client) async throws -> (space: String, other: String) {
    let draft = #"{"name":"TE-palvelut","admins":[{"subject":"aino","name":"Aino"}]}"#
    let organisation = try #require(
      try await client.require(.post("/v1/organisations", draft, key: "organisation"), as: .operator).members.id)
    for (person, role) in [(Person.counsellor(0), "counsellor"), (.counsellor(1), "dataProtectionOfficer")] {
      let appointment = #"{"name":"N","roles":["\#(role)"],"commitmentSignedOn":"2026-01-02"}"#
      var call = Call.post("/v1/organisations/\(organisation)/staff/\(person.subject)", appointment)
      call.method = "PUT"
      _ = try await client.require(call, as: .admin)
    }
    var spaces: [String] = []
    for number in 0..<2 {
      let code = try #require(Person.customer(number).identityCode)
      let made = try await client.require(
        .post(
          "/v1/spaces", #"{"organisationId":"\#(organisation)","title":"T","customers":[{"hetu":"\#(code)"}]}"#,
          key: "space\(number)"), as: .counsellor(0))
      spaces.append(try #require(made.members.id))
    }
    _ = try await client.require(
      .post("/v1/spaces/\(spaces[0])/messages", #"{"text":"Hei"}"#, key: "m"), as: .customer(0))
    return (spaces[0], spaces[1])
  }

  /// An officer's decision, and the wait for what it brings.
  func erase(_ space: String, _ client: inout Client) async throws {
    _ = try await client.require(.post("/v1/spaces/\(space)/erasure", "{}", key: "e"), as: .counsellor(1))
    try await eventually("the erasure") {
      try await cluster.count("SELECT count(*) FROM ohjaustila.tombstone WHERE destroyed_at IS NOT NULL") == 1
    }
    try await eventually("its entry") { try await ledgerKinds().last == "done" }
  }

  /// The decision alone, and the end of the service: somebody else has the ledger meanwhile.
  func decide(_ space: String, _ client: inout Client) async throws {
    let lock = open(ledger.appending(path: "lock").path, O_RDWR | O_CLOEXEC)
    defer { close(lock) }
    try await eventually("the ledger's lock") { flock(lock, LOCK_EX | LOCK_NB) == 0 }
    _ = try await client.require(.post("/v1/spaces/\(space)/erasure", "{}", key: "e"), as: .counsellor(1))
    await stop()
    #expect(try await keys(of: space) == 1)
  }

  func keys(of space: String) async throws -> Int {
    try await cluster.count("SELECT count(*) FROM ohjaustila.space_secret WHERE space_id::text = \(space)")
  }

  func journal(of space: String) async throws -> [String] {
    try await cluster.ask("SELECT kind FROM ohjaustila.journal WHERE space_id::text = \(space) ORDER BY seq") {
      try $0.get(0, as: String.self)
    }
  }

  /// Transactions that wait for a lock.
  func waiting() async throws -> Int {
    try await cluster.count("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
  }

  // MARK: - The ledger's files

  func ledgerFiles() throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: ledger, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "ledger" }.sorted { $0.path < $1.path }
  }

  func ledgerKinds() async throws -> [String] {
    try ledgerFiles().flatMap { try String(contentsOf: $0, encoding: .utf8).split(separator: "\n") }
      .map { String($0.split(separator: " ")[3]) }
  }

  func append(_ text: String) throws {
    let file = try FileHandle(forWritingTo: try #require(try ledgerFiles().last))
    try file.seekToEnd()
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
  }
}
