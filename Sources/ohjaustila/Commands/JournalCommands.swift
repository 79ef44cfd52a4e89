import ArgumentParser
import Foundation
import Guidance

/// Looks after the journals.
struct JournalCommands: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal", abstract: "Verify the journals.", subcommands: [VerifyJournals.self])
}

/// Follows the chains of hashes of every journal and of the access log.
struct VerifyJournals: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Follow every journal and the access log from where they begin to their heads; exit 1 at the first break."
  )

  @OptionGroup var options: InstallationOptions

  func run() async throws {
    try await Installation.with(options) { installation in
      let journals = try await installation.store.verifyJournals { soFar in
        show("\(soFar.chains) journals, \(soFar.entries) entries")
      }
      show("")
      print(journals.expired == 0 ? "\(journals)" : "\(journals); expired: \(journals.expired)")
      let accesses = try await installation.store.verifyAccessLog { soFar in
        show("access log: \(soFar.chains) chains, \(soFar.entries) entries")
      }
      show("")
      print(accesses.expired == 0 ? "\(accesses)" : "\(accesses); expired entries: \(accesses.expired)")
      let breaks = [journals.firstBreak?.description, accesses.firstBreak?.description].compactMap { $0 }
      for found in breaks { print("first break: \(found)") }
      if !breaks.isEmpty { throw ExitCode(1) }
    }
  }

  /// Progress, for who watches: each line in the place of the one before.
  private func show(_ progress: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K\(progress)".utf8))
  }
}
