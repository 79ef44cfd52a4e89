import ArgumentParser
import Guidance

/// Looks after the erasure ledger.
struct LedgerCommands: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger",
    abstract: "Verify the erasure ledger, begin a new one, or say which database goes on with it.",
    subcommands: [VerifyLedger.self, AdoptLedger.self, ClaimLedger.self])
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

  @Flag(help: "Take in what another database may have written: what that one erased is erased here, too.")
  var anothers = false

  func run() async throws {
    try await Installation.with(options, openingLedger: false) { installation in
      let adoption = try await installation.store.adoptLedger(takingInAnothers: anothers)
      print("a new ledger with \(adoption.erased) erased spaces, \(adoption.onlyInLedger) of them from the one before")
      if let aside = adoption.setAside { print("the one before is in \(aside)") }
    }
  }
}

/// Says which of two databases that have written one ledger goes on with it.
struct ClaimLedger: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claim",
    abstract: "Where two databases have written one erasure ledger: say that this one goes on.",
    discussion: """
      Without an option it says how things stand, changes nothing, and exits with 1 when a decision is needed. Either way \
      the other database erases nothing any more from then on.
      """)

  @OptionGroup var options: InstallationOptions

  @Flag(help: "The other one was a copy: what it erased is not erased here.")
  var keep = false

  @Flag(help: "This one was brought back and the other one is gone: what that one erased is erased here, too.")
  var erase = false

  func validate() throws {
    guard !(keep && erase) else { throw ValidationError("--keep or --erase, not both") }
  }

  func run() async throws {
    try await Installation.with(options, openingLedger: false) { installation in
      let decision: LedgerClaim.Decision? = keep ? .keeping : erase ? .erasing : nil
      guard let claim = try await installation.store.claimLedger(decision) else {
        print("this database knows no ledger yet: the next start begins one")
        return
      }
      print("this database: \(claim.database); it has seen \(claim.seen) of \(claim.entries) entries")
      if let writer = claim.writer {
        print("written last by: \(writer.name), since entry \(writer.entry) of \(writer.at)")
      }
      print(
        "erased according to the ledger and still here: \(claim.spaces) spaces, \(claim.customers) customers of others")
      guard claim.isNeeded else { return print("nothing is to be decided") }
      switch decision {
      case .keeping: print("this database goes on with the ledger; none of these is erased because of it")
      case .erasing: print("this database goes on with the ledger; these are erased here")
      case nil:
        print("--keep: the other database was a copy, and these stay")
        print("--erase: this database was brought back in the other one's place, and these are erased here, too")
        throw ExitCode(1)
      }
    }
  }
}
