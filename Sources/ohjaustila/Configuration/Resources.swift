import Foundation

/// The files that come with the program: migrations, policies and the contract.
struct Resources {
  let folder: URL

  var migrations: URL { folder.appending(path: "Migrations") }
  var policies: URL { folder.appending(path: "Policies") }
  var contract: URL { folder.appending(path: "openapi.yaml") }
  /// What shows the contract as a page, where `scripts/docs` has unpacked it.
  var viewer: URL { folder.appending(path: ".build-docs", directoryHint: .isDirectory) }

  /// Where they were not found.
  struct Missing: Error, CustomStringConvertible {
    let searched: [String]
    var description: String {
      "Migrations and Policies were not found in \(searched.joined(separator: ", ")); set OHJAUSTILA_RESOURCES"
    }
  }

  /// Looks where OHJAUSTILA_RESOURCES says, else in the working folder, above the program, and where packages put them.
  static func find(environment: [String: String]) throws -> Resources {
    let candidates = environment["OHJAUSTILA_RESOURCES"].map { [$0] } ?? defaults
    for candidate in candidates {
      let resources = Resources(folder: URL(filePath: candidate, directoryHint: .isDirectory))
      if FileManager.default.fileExists(atPath: resources.migrations.path),
        FileManager.default.fileExists(atPath: resources.policies.path)
      {
        return resources
      }
    }
    throw Missing(searched: candidates)
  }

  private static var defaults: [String] {
    var folders = [FileManager.default.currentDirectoryPath]
    var above = URL(filePath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath().deletingLastPathComponent()
    while above.path != "/" {
      folders.append(above.path)
      above.deleteLastPathComponent()
    }
    return folders + ["/usr/share/ohjaustila"]
  }
}
