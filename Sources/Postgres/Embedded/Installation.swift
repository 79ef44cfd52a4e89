import Foundation

/// The server programs of one PostgreSQL version.
struct Installation: Sendable {
  let folder: String

  var initdb: String { folder + "/initdb" }
  var postgres: String { folder + "/postgres" }

  /// The programs for a cluster: of its major version, or the newest for a new one.
  /// - Parameter major: the existing cluster's major version.
  static func find(configured: URL?, major: Int?) throws -> Installation {
    let candidates = configured.map { [$0.path(percentEncoded: false)] } ?? debianFolders() + searchPath()
    for folder in candidates {
      let installation = Installation(folder: folder.hasSuffix("/") ? String(folder.dropLast()) : folder)
      let isComplete = [installation.initdb, installation.postgres].allSatisfy(FileManager.default.isExecutableFile)
      guard isComplete else { continue }
      if let major, try installation.major() != major { continue }
      return installation
    }
    throw EmbeddedServerError.noBinaries(searched: candidates)
  }

  /// The programs' own major version.
  private func major() throws -> Int? {
    let output = try ChildProcess.output(of: [postgres, "--version"])
    return output.split(separator: " ").lazy.compactMap { word in Int(word.prefix { $0.isNumber }) }.first
  }

  /// Debian and Ubuntu keep versions apart; the newest first.
  private static func debianFolders() -> [String] {
    let root = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return versions.compactMap { Int($0) }.sorted(by: >).map { "\(root)/\($0)/bin" }
  }

  private static func searchPath() -> [String] {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
  }
}
