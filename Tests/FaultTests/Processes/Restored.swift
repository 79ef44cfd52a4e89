import Foundation
import Glibc
import Postgres
import Synchronization
import Testing

/// One copy of the service on a database that is put back to what it was.
final class Restored: Sendable {
  private let site: Site
  private let state = Mutex<(copy: ServiceCopy, running: Task<Void, any Error>)?>(nil)

  var folder: URL { site.folder }
  var cluster: Cluster { site.cluster }
  var program: Program { site.program }
  var options: [String] { site.options }
  var ledger: URL { site.data.appending(path: "ledger") }

  private init(_ site: Site) { self.site = site }

  static func with(_ body: (Restored) async throws -> Void) async throws {
    try await Site.with { site in
      let house = Restored(site)
      try await carryOut {
        try await house.start()
        try await body(house)
      } finally: {
        await house.stop()
      }
    }
  }

  func start() async throws {
    let copy = site.copy("copy-\(UUID().uuidString.prefix(4))")
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
    site.client(of: state.withLock { $0.map { [$0.copy] } } ?? [])
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
    let organisation = try await client.found([
      (.counsellor(0), "counsellor"), (.counsellor(1), "dataProtectionOfficer"),
    ])
    let space = try await client.openSpace(in: organisation)
    let other = try await client.openSpace(in: organisation, for: .customer(1))
    _ = try await client.require(
      .post("/v1/spaces/\(space)/messages", #"{"text":"Hei"}"#, key: "m"), as: .customer(0))
    return (space, other)
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
