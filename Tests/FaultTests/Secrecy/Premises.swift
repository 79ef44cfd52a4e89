import AsyncHTTPClient
import Foundation
import Guidance
import TestSupport
import Testing

/// The real executable as an installation runs it, with PostgreSQL, a mail server and an identity provider, and a log that
/// leaves nothing out.
struct Premises {
  let cluster: Cluster
  let provider: TestIdentityProvider
  let mail: TestMailServer
  let folder: URL
  var recorder: Recorder

  static func with(_ body: (inout Premises) async throws -> Void) async throws {
    let folder = try TestCluster.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try await TestMailServer.with { mail in
      try await TestIdentityProvider.with { provider in
        let cluster = try await Cluster(in: folder.appending(path: "postgres"))
        let http = HTTPClient(eventLoopGroupProvider: .singleton)
        let outcome: Result<Void, any Error>
        do {
          try await serve(cluster, provider, mail, folder, http, body)
          outcome = .success(())
        } catch {
          outcome = .failure(error)
        }
        try await http.shutdown()
        await cluster.stop()
        try outcome.get()
      }
    }
  }

  private static func serve(
    _ cluster: Cluster, _ provider: TestIdentityProvider, _ mail: TestMailServer, _ folder: URL, _ http: HTTPClient,
    _ body: (inout Premises) async throws -> Void
  ) async throws {
    let configuration = folder.appending(path: "ohjaustila.yaml")
    try """
    issuers:
      - url: \(provider.issuer)
        audience: ohjaustila
        algorithms: [RS256]
        vouchesFor: [customers]
        assurance: [loa2]
    """.write(to: configuration, atomically: true, encoding: .utf8)
    let program = Program(
      resources: TestInstallation.repository, environment: environment(cluster, mail), logs: folder)
    let copy = ServiceCopy(
      program, name: "copy",
      arguments: [
        "serve", "--port", "0", "--dev", "--data", folder.appending(path: "data").path, "--config", configuration.path,
        "--log-level", "trace",
      ])
    let migration = try await program.run(["migrate"], log: "migrate.log")
    try #require(migration.end == .exited(0), "\(migration.output)")
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await copy.supervise() }
      defer { copy.stop() }
      var premises = Premises(
        cluster: cluster, provider: provider, mail: mail, folder: folder, recorder: Recorder(http: http, copies: [copy])
      )
      try await body(&premises)
      copy.stop()
      try await group.waitForAll()
    }
  }

  private static func environment(_ cluster: Cluster, _ mail: TestMailServer) -> [String: String] {
    cluster.variables.merging([
      "OHJAUSTILA_SMTP_HOST": "127.0.0.1", "OHJAUSTILA_SMTP_PORT": "\(mail.port)",
      "OHJAUSTILA_SMTP_SECURITY": "none", "OHJAUSTILA_MAIL_FROM": "ohjaustila@example.fi",
      "OHJAUSTILA_BASE_URL": "https://ohjaustila.example.fi",
    ]) { $1 }
  }

  /// Everything any process has written to its log, PostgreSQL's included.
  func logs() throws -> [String: [UInt8]] {
    let own = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "log" }
    var logs: [String: [UInt8]] = [:]
    for file in own + [cluster.logFile] { logs[file.lastPathComponent] = Array(try Data(contentsOf: file)) }
    return logs
  }

  /// The database as a backup has it: the text of pg_dump.
  func dump() async throws -> [UInt8] {
    let output = folder.appending(path: "dump.sql")
    let url = cluster.url()
    let status = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
      Thread.detachNewThread {
        continuation.resume(
          with: Result {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["pg_dump", "--dbname", url, "--inserts", "--file", output.path]
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
          })
      }
    }
    try #require(status == 0)
    return Array(try Data(contentsOf: output))
  }
}
