import Foundation
import TestSupport
import Testing

/// The real executable as an installation runs it, with PostgreSQL, a mail server and an identity provider, and a log that
/// leaves nothing out.
struct Premises {
  let site: Site
  let provider: TestIdentityProvider
  let mail: TestMailServer
  var recorder: Recorder

  static func with(_ body: (inout Premises) async throws -> Void) async throws {
    try await TestMailServer.with { mail in
      try await TestIdentityProvider.with { provider in
        try await Site.with(environment: { _ in mail.variables }) { site in
          let copy = site.copy(
            "copy", ["--config", try configuration(site, provider).path, "--log-level", "trace"])
          try await ServiceCopy.whileRunning([copy]) {
            var premises = Premises(
              site: site, provider: provider, mail: mail, recorder: Recorder(http: site.http, copies: [copy]))
            try await body(&premises)
          }
        }
      }
    }
  }

  private static func configuration(_ site: Site, _ provider: TestIdentityProvider) throws -> URL {
    let file = site.folder.appending(path: "ohjaustila.yaml")
    try """
    issuers:
      - url: \(provider.issuer)
        audience: ohjaustila
        algorithms: [RS256]
        vouchesFor: [customers]
        assurance: [loa2]
    """.write(to: file, atomically: true, encoding: .utf8)
    return file
  }

  /// Everything any process has written to its log, PostgreSQL's included.
  func logs() throws -> [String: [UInt8]] {
    let own = try FileManager.default.contentsOfDirectory(at: site.folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "log" }
    var logs: [String: [UInt8]] = [:]
    for file in own + [site.cluster.logFile] { logs[file.lastPathComponent] = Array(try Data(contentsOf: file)) }
    return logs
  }

  /// The database as a backup has it: the text of pg_dump.
  func dump() async throws -> [UInt8] {
    let output = site.folder.appending(path: "dump.sql")
    let dump = Child(["pg_dump", "--dbname", site.cluster.url(), "--inserts", "--file", output.path])
    try await dump.end()
    try #require(dump.status == 0, "\(dump.output)")
    return Array(try Data(contentsOf: output))
  }
}
