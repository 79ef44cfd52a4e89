import ArgumentParser
import Foundation
import Guidance
import Lifecycle

/// Carries out, or only counts, what is due.
struct Sweep: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Carry out everything that is due: closings, archivings, erasures.")

  @OptionGroup var options: InstallationOptions

  @Flag(name: .customLong("dry-run"), help: "Only count what would be done.")
  var dryRun = false

  @Option(name: .customLong("as-of"), help: "Count what would be due at this instant (RFC 3339); with --dry-run only.")
  var asOf: String?

  @Option(
    name: .customLong("confirm-erasures"),
    help: "Let the erasures go that are held because they are many: at least as many as the dry run says.")
  var confirmErasures: Int?

  func validate() throws {
    guard confirmErasures == nil || !dryRun else { throw ValidationError("--dry-run confirms nothing") }
    guard let asOf else { return }
    guard dryRun else { throw ValidationError("--as-of is for --dry-run: nothing is done before its time") }
    do { _ = try Instant(rfc3339: asOf) } catch { throw ValidationError("--as-of: \(error)") }
  }

  func run() async throws {
    try await Installation.with(options) { installation in
      let instant = try asOf.map { try Instant(rfc3339: $0) }
      let store = installation.store
      if let confirmErasures { try await confirm(confirmErasures, store) }
      let report = dryRun ? try await store.rehearseSweep(asOf: instant) : try await store.sweep()
      for state in State.allCases {
        if let count = report.crossed[state] { print("\(state.rawValue): \(count)") }
      }
      print("notices: \(report.notices)")
      if report.erasuresHeld > 0 {
        print("erasures held: \(report.erasuresHeld); sweep --confirm-erasures \(report.erasuresHeld) lets them go")
      }
      if let trouble = store.ledgerTrouble { print("nothing is erased: \(trouble)") }
      guard !dryRun else { return }
      print("skipped: \(report.skipped)\ndestroyed: \(report.destroyed)\npeople erased: \(report.peopleErased)")
      print("journals expired: \(report.journalsExpired)\naccess log entries expired: \(report.accessesExpired)")
      print("staff changes expired: \(report.staffChangesExpired)")
    }
  }

  private func confirm(_ most: Int, _ store: GuidanceStore) async throws {
    do {
      let confirmed = try await store.confirmErasures(upTo: most)
      print("erasures confirmed: \(confirmed)")
    } catch Refusal.invalid(_, let rule) {
      throw ValidationError("--confirm-erasures \(rule)")
    }
  }
}
