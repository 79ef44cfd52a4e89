import ArgumentParser
import Foundation
import Guidance

/// Looks after the journals.
struct JournalCommands: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal", abstract: "Verify the journals.", subcommands: [VerifyJournals.self])
}

/// Follows every journal's chain of hashes.
struct VerifyJournals: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Follow every space's journal from its first entry to its head; exit status 1 at the first break.")

  @OptionGroup var options: InstallationOptions

  func run() async throws {
    try await Installation.with(options) { installation in
      let isTerminal = isatty(STDERR_FILENO) == 1
      let result = try await installation.store.verifyJournals { soFar in
        guard isTerminal else { return }
        FileHandle.standardError.write(Data("\r\(soFar.spaces) journals, \(soFar.entries) entries".utf8))
      }
      if isTerminal { FileHandle.standardError.write(Data("\r".utf8)) }
      print(result)
      guard let found = result.firstBreak else { return }
      print("first break: \(found)")
      throw ExitCode(1)
    }
  }
}
