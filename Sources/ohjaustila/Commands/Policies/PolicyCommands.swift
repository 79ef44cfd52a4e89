import ArgumentParser
import Console
import Foundation
import Guidance
import Lifecycle

/// Reads, compares and changes policies.
struct PolicyCommands: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Check, show, compare and change the policies that spaces live by.",
    subcommands: [CheckPolicies.self, ShowPolicy.self, DiffPolicies.self, PreviewPolicy.self, ApplyPolicy.self])
}

/// Checks files before they are published.
struct CheckPolicies: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check policy files; exit status 1 when one is no policy.")

  @Argument(help: "The files; those of the policy folder when none is named.")
  var files: [String] = []

  func run() throws {
    var sound: [String: String] = [:]
    var failed = false
    for file in try files.isEmpty ? PolicyFolder.files() : files {
      do {
        let policy = try PolicyFile.load(file)
        let name = "\(policy.register) version \(policy.version)"
        let other = sound.updateValue(file, forKey: name)
        print("\(file): \(name) \(other.map { "is also in \($0)" } ?? "is sound")")
        if other != nil { failed = true }
      } catch {
        print(error)
        failed = true
      }
    }
    if failed { throw ExitCode(1) }
  }
}

/// Prints one version.
struct ShowPolicy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print a register's policy with the texts that it rests on.")

  @Argument(help: "The register, such as ohjaustila.")
  var register: String

  @Option(help: "The version; the latest without it.")
  var version: Int?

  func run() throws {
    for line in PolicySheet(try PolicyFolder.policy(register, version)).lines { print(line) }
  }
}

/// Compares two versions.
struct DiffPolicies: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Print what one version of a policy changes over another, for a space opened today.")

  @Argument(help: "The register, such as ohjaustila.")
  var register: String

  @Option(help: "The version that is compared with.")
  var from: Int

  @Option(help: "The version that is compared.")
  var to: Int

  func run() throws {
    let (old, new) = (try PolicyFolder.policy(register, from), try PolicyFolder.policy(register, to))
    let now = Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    let diff = PolicyDiff(from: old, to: new, openedAt: now, zone: try ZoneFile.load(new.zoneName))
    for line in diff.lines { print(line) }
    if diff.isEmpty { print("no space is treated otherwise") }
  }
}

/// The policies that come with the program.
enum PolicyFolder {
  static func files() throws -> [String] {
    try PolicyFile.files(in: folder())
  }

  /// - Parameter version: the latest when nil.
  static func policy(_ register: String, _ version: Int?) throws -> Policy {
    let policies = try PolicyFile.loadFolder(folder()).filter { $0.register == register }
    guard let policy = policies.last(where: { version == nil || $0.version == version }) else {
      let known = policies.map { "\($0.version)" }.joined(separator: ", ")
      throw ValidationError(
        known.isEmpty ? "there is no register \(register)" : "\(register) has the versions \(known)")
    }
    return policy
  }

  private static func folder() throws -> String {
    try Resources.find(environment: ProcessInfo.processInfo.environment).policies.path
  }
}
