import ArgumentParser
import Guidance

/// Looks after the erasure ledger.
struct LedgerCommands: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "Verify the erasure ledger, or begin a new one.",
    subcommands: [VerifyLedger.self, AdoptLedger.self])
}

/// Follows the ledger's chain and compares all of it with the database.
struct VerifyLedger: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract:
      "Follow the erasure ledger from its first entry to its last and compare it with the database; exit 1 when "
      + "the two don't agree. Changes nothing.")

  @OptionGroup var options: InstallationOptions

  func run() async throws {
    try await Installation.with(options, openingLedger: false) { installation in
      let found = try await installation.store.verifyLedger()
      print("entries: \(found.entries)\nspaces erased: \(found.erased)\nopen intents: \(found.open)")
      print("erased and still in the database: \(found.revived)")
      print("erased in the database and not in the ledger: \(found.unknown)")
      if let trouble = found.trouble { print("\(trouble)") }
      guard found.isGood else { throw ExitCode(1) }
      print("the ledger is whole")
    }
  }
}

/// Begins a new ledger where the one there was is lost or broken.
struct AdoptLedger: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adopt",
    abstract: "Write a new erasure ledger from the database's tombstones and what can be read of the one there is.",
    discussion: "What only a lost ledger knew to be erased is lost with it: a backup may bring it back. The files that "
      + "are there are moved aside.")

  @OptionGroup var options: InstallationOptions

  func run() async throws {
    try await Installation.with(options, openingLedger: false) { installation in
      let adoption = try await installation.store.adoptLedger()
      print("a new ledger with \(adoption.erased) erased spaces, \(adoption.onlyInLedger) of them from the one before")
      if let aside = adoption.setAside { print("the one before is in \(aside)") }
    }
  }
}
