public import Foundation
import Guidance
import Postgres
public import Vault

/// PostgreSQL's own tools for backups, as an operator runs them.
public enum Backup {
  /// A tool that did not succeed.
  public struct Failed: Error, CustomStringConvertible {
    /// The command and what it wrote.
    public let description: String
  }

  /// pg_dump of a database into a file.
  public static func dump(_ url: String, to file: URL) throws {
    try run("pg_dump", ["--format=custom", "--file=\(file.path)", url])
  }

  /// pg_restore into a database that is there and empty.
  public static func restore(_ file: URL, to url: String) throws {
    try run("pg_restore", ["--exit-on-error", "--dbname=\(url)", file.path])
  }

  private static func run(_ tool: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: try EmbeddedServer.programs().appending(path: tool).path)
    process.arguments = arguments
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(description: "\(tool): \(text)") }
  }
}

extension TestInstallation {
  /// A backup of the database as it is now, made as the role that operators make theirs as: it reads everything there is.
  public func backup() async throws -> URL {
    let file = ledger.appending(path: "backup-\(UUID().uuidString)")
    try Backup.dump(url(RoleNames.standard.backup), to: file)
    return file
  }

  /// A copy of the service on a database that was restored from a backup, with the ledger of this one; it is not opened.
  public func withRestored<Result>(
    from backup: URL, keys: KeyRing? = nil, _ body: (TestInstallation) async throws -> Result
  ) async throws -> Result {
    try await TestCluster.withDatabase(template: "template0") { url in
      try Backup.restore(backup, to: url)
      let restored = try await copy(on: url, keys: keys)
      do {
        let result = try await body(restored)
        await restored.shutdown()
        return result
      } catch {
        await restored.shutdown()
        throw error
      }
    }
  }
}
