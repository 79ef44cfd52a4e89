import ArgumentParser
import Console
import Foundation
import Guidance
import Lifecycle

/// What preview and apply are about.
struct PolicyChangeOptions: ParsableArguments {
  @OptionGroup var installation: InstallationOptions

  @Argument(help: "The register, such as ohjaustila.")
  var register: String

  @Option(help: "The version that is to govern all its spaces.")
  var to: Int

  /// Runs a closure with the installation and the change, and says in words what is refused.
  func with(_ body: (GuidanceStore, PolicyChange) async throws -> Void) async throws {
    try await Installation.with(installation) { installation in
      do {
        try await body(installation.store, try installation.store.policyChange(register: register, to: to))
      } catch Refusal.notFound {
        throw ValidationError("there is no register \(register)")
      } catch Refusal.invalid(let field, let rule) {
        throw ValidationError("\(field == "/version" ? "--to" : "--token") \(rule)")
      }
    }
  }
}

/// Counts what a change of policy would do.
struct PreviewPolicy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview", abstract: "Count what it would do to bring all spaces of a register under a later version.")

  @OptionGroup var change: PolicyChangeOptions

  func run() async throws {
    try await change.with { store, change in
      let progress = ProgressPrinter()
      let issued = try await store.previewPolicy(change) { progress.show($0) }
      progress.end()
      for line in PreviewSheet(issued.preview, of: change).lines { print(line) }
      print("\nto apply it, before \(issued.expiresAt):")
      print("  ohjaustila policy apply \(change.next.register) --to \(change.next.version) --token \(issued.token)")
    }
  }
}

/// Brings all spaces of a register under a later version.
struct ApplyPolicy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Bring all spaces of a register under a later version of its policy.",
    discussion: """
      Cut off anywhere, the same command goes on with what is left. A space that would be kept longer comes under the new \
      version only where a data protection officer of its organisation has approved that. Exit status 1 when spaces are left.
      """)

  @OptionGroup var change: PolicyChangeOptions

  @Option(help: "The token that the preview printed.")
  var token: String

  func run() async throws {
    try await change.with { store, change in
      let progress = ProgressPrinter()
      let report = try await store.applyPolicy(change, token: token) { progress.show($0) }
      progress.end()
      print("under version \(change.next.version) now: \(report.governed), of which with another date: \(report.moved)")
      for obstacle in PolicyObstacle.allCases {
        if let spaces = report.refused[obstacle] { print("refused, \(obstacle.rawValue): \(spaces)") }
      }
      if report.skipped > 0 { print("in use all the time: \(report.skipped); the same command once more takes them") }
      guard report.skipped == 0, report.refused.isEmpty else { throw ExitCode(1) }
    }
  }
}
