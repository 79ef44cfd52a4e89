import AsyncHTTPClient
import Foundation
import TestSupport
import Testing

/// An installation of the real executable: a PostgreSQL of its own, migrated, and folders. What runs on it is the test's
/// business.
struct Site: Sendable {
  /// Holds all of it: PostgreSQL's data, the service's, and a log for each run.
  let folder: URL
  let cluster: Cluster
  let program: Program
  let http: HTTPClient

  /// The service's data folder, where nothing else is said.
  var data: URL { folder.appending(path: "data") }
  /// What a command is told so that it works on the same data.
  var options: [String] { ["--dev", "--data", data.path] }

  /// Sets one up and takes it down, however the test ends.
  ///
  /// - Parameters:
  ///   - resources: migrations, policies and contract other than the repository's; made in the folder.
  ///   - environment: of every run, beside what it needs to find its database.
  ///   - timeout: of requests by `http`.
  static func with(
    resources: (_ folder: URL) throws -> URL = { _ in TestInstallation.repository },
    environment: (_ folder: URL) -> [String: String] = { _ in [:] },
    timeout: HTTPClient.Configuration.Timeout = .init(), _ body: (Site) async throws -> Void
  ) async throws {
    let folder = try TestCluster.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let cluster = try await Cluster(in: folder.appending(path: "postgres"))
    let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .init(timeout: timeout))
    try await carryOut {
      let program = Program(
        resources: try resources(folder), environment: cluster.variables.merging(environment(folder)) { $1 },
        logs: folder)
      let migration = try await program.run(["migrate"], log: "migrate.log")
      try #require(migration.end == .exited(0), "\(migration.output)")
      try await body(Site(folder: folder, cluster: cluster, program: program, http: http))
    } finally: {
      try await http.shutdown()
      await cluster.stop()
    }
  }

  /// A copy of the service, not started yet.
  func copy(_ name: String, data: URL? = nil, _ options: [String] = []) -> ServiceCopy {
    let arguments = ["serve", "--port", "0", "--dev", "--data", (data ?? self.data).path] + options
    return ServiceCopy(program, name: name, arguments: arguments)
  }

  func client(of copies: [ServiceCopy]) -> Client { Client(copies: copies, http: http, seed: Plan.seed) }
}

/// Does something, and then what has to follow however it ended. Its own failure is told before that of what follows.
func carryOut(_ body: () async throws -> Void, finally end: () async throws -> Void) async throws {
  do {
    try await body()
  } catch {
    try? await end()
    throw error
  }
  try await end()
}
