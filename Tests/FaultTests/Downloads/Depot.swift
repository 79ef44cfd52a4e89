import AsyncHTTPClient
import Foundation
import Guidance
import TestSupport
import Testing

/// A running service with a space whose archive is worth some megabytes, for other people's programs to download.
struct Depot {
  let copy: ServiceCopy
  let cluster: Cluster
  let http: HTTPClient
  /// Where the programs put what they get.
  let folder: URL
  let space: String

  var client: Client { Client(copies: [copy], http: http, seed: Plan.seed) }

  /// Each file's size; small enough for a debug build, and more than sockets hold.
  private static let fileSize = 7_000_000
  private static let files = 3

  static func with(_ body: (Depot) async throws -> Void) async throws {
    let folder = try TestCluster.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let cluster = try await Cluster(in: folder.appending(path: "postgres"))
    let program = Program(resources: TestInstallation.repository, environment: cluster.variables, logs: folder)
    let copy = ServiceCopy(
      program, name: "copy",
      arguments: [
        "serve", "--port", "0", "--dev", "--log-level", "trace", "--data", folder.appending(path: "data").path,
      ])
    let http = HTTPClient(eventLoopGroupProvider: .singleton)
    do {
      let migration = try await program.run(["migrate"], log: "migrate.log")
      try #require(migration.end == .exited(0), "\(migration.output)")
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await copy.supervise() }
        do {
          let space = try await filled(Client(copies: [copy], http: http, seed: Plan.seed))
          try await body(Depot(copy: copy, cluster: cluster, http: http, folder: folder, space: space))
        } catch {
          copy.stop()
          throw error
        }
        copy.stop()
        try await group.waitForAll()
      }
    } catch {
      try await http.shutdown()
      await cluster.stop()
      throw error
    }
    try await http.shutdown()
    await cluster.stop()
  }

  /// A space with a customer, a message and files of random bytes.
  private static func filled(_ client: Client) async throws -> String {
    var client = client
    let draft = #"{"name":"TE-palvelut","admins":[{"subject":"aino","name":"Aino"}]}"#
    let organisation = try #require(
      try await client.require(.post("/v1/organisations", draft, key: "o"), as: .operator).members.id)
    _ = try await client.require(
      Call(
        method: "PUT", path: "/v1/organisations/\(organisation)/staff/\(Person.counsellor(0).subject)",
        body: Array(#"{"name":"Olli","roles":["counsellor"],"commitmentSignedOn":"2026-01-02"}"#.utf8),
        headers: ["Content-Type": "application/json"]), as: .admin)
    let code = try #require(Person.customer(0).identityCode)
    let opening = #"{"organisationId":"\#(organisation)","title":"Opinnot","customers":[{"hetu":"\#(code)"}]}"#
    let space = try #require(
      try await client.require(.post("/v1/spaces", opening, key: "s"), as: .counsellor(0)).members.id)
    _ = try await client.require(
      .post("/v1/spaces/\(space)/messages", #"{"text":"Hei"}"#, key: "m"), as: .customer(0))
    var random = SplitMix64(seed: Plan.seed)
    for number in 0..<files {
      let block = random.bytes(70_000)
      let bytes = (0..<fileSize / block.count).flatMap { _ in block }
      _ = try await client.require(
        .upload("/v1/spaces/\(space)/files", name: "video\(number).mp4", bytes, key: "f\(number)"), as: .customer(0))
    }
    return space
  }

  /// A link to the archive, made now.
  func link() async throws -> (path: String, id: String) {
    var client = client
    let made = try await client.require(.post("/v1/spaces/\(space)/archive/links", "{}"), as: .customer(0)).members
    return (try #require(made.url), try #require(made.id))
  }

  /// Runs a script of bash in the folder. `$API`, `$AUTHORIZATION` (of the customer), `$ARCHIVE` and `$PYTHON` are set.
  ///
  /// - Returns: what it printed; the test fails where it did.
  @discardableResult
  func run(_ script: String, _ variables: [String: String] = [:]) async throws -> String {
    var client = client
    let token = try #require(
      try await client.require(.post("/dev/tokens", Person.customer(0).claims)).members.token)
    let address = try #require(copy.address)
    let environment = ProcessInfo.processInfo.environment.merging([
      "API": address, "AUTHORIZATION": "Authorization: Bearer \(token)",
      "ARCHIVE": "\(address)/v1/spaces/\(space)/archive", "PYTHON": try TestPython.interpreter.get(),
    ]) { $1 }.merging(variables) { $1 }
    let (status, output) = try await Shell.run(script, in: folder, environment)
    #expect(status == 0, "\(output)")
    return output
  }
}

/// Scripts of bash, each on a thread of its own.
private enum Shell {
  static func run(
    _ script: String, in folder: URL, _ environment: [String: String]
  ) async throws -> (status: Int32, output: String) {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(
          with: Result {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["bash", "-euo", "pipefail", "-xc", script]
            process.currentDirectoryURL = folder
            process.environment = environment
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = pipe
            try process.run()
            let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            return (process.terminationStatus, output)
          })
      }
    }
  }
}
