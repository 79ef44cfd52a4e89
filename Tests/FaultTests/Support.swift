import Foundation
import TestSupport

/// What a run depends on beside chance: `OHJAUSTILA_SEED` repeats the decisions of one that failed (who is killed after
/// what pause, who asks what), though not the moments; `OHJAUSTILA_FAULT_KILLS` makes it longer.
enum Plan {
  static let seed = testSeed
  static let kills = Int(number("OHJAUSTILA_FAULT_KILLS") ?? 100)

  private static func number(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
  }
}

/// What did not come in time.
struct NeverCame: Error, CustomStringConvertible {
  let what: String
  var description: String { "\(what) never came" }
}

/// Waits for a condition, two minutes at most: on a busy machine everything takes longer, but nothing that long.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(120)
  while try await !condition() {
    guard ContinuousClock.now < deadline else { throw NeverCame(what: what) }
    try await Task.sleep(for: .milliseconds(20))
  }
}

/// The repository's migrations and contract, and its policies without an access review: in the storm months pass between
/// two requests of a member of staff.
enum StormResources {
  static func make(in folder: URL) throws -> URL {
    let resources = folder.appending(path: "resources", directoryHint: .isDirectory)
    let policies = resources.appending(path: "Policies", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: policies, withIntermediateDirectories: true)
    for name in ["Migrations", "openapi.yaml"] {
      try FileManager.default.copyItem(
        at: TestInstallation.repository.appending(path: name).resolvingSymlinksInPath(),
        to: resources.appending(path: name))
    }
    let shipped = TestInstallation.repository.appending(path: "Policies").resolvingSymlinksInPath()
    for file in try FileManager.default.contentsOfDirectory(at: shipped, includingPropertiesForKeys: nil) {
      // It stands at the end of the file.
      let text = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\naccessReview:")[0] + "\n"
      try text.write(to: policies.appending(path: file.lastPathComponent), atomically: true, encoding: .utf8)
    }
    return resources
  }
}
