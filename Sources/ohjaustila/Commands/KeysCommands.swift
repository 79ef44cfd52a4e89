import ArgumentParser
import Console
import Foundation
import Guidance
import Vault

/// Looks after the master keys.
struct KeysCommands: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "List, change and destroy the master keys that all other keys are wrapped under.",
    subcommands: [ListKeys.self, RotateKeys.self, DestroyKey.self, ForfeitKey.self, NewKey.self])
}

/// Prints the masters.
struct ListKeys: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Print every master key there ever was, what is wrapped under it, and who has it.")

  @OptionGroup var options: InstallationOptions

  func run() async throws {
    try await Installation.with(options, keys: .asTheyAre, openingLedger: false) { installation in
      for line in KeySheet(try await installation.store.masters()).lines { print(line) }
    }
  }
}

/// Changes the master.
struct RotateKeys: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate", abstract: "Make a new master key, have every copy know it, and wrap all keys under it.",
    discussion: """
      Beside the running service, whose users notice nothing. Cut off anywhere, the same command goes on with what is \
      left; it begins a new rotation only when the one before has come to its end. Exit status 1 when keys are left.
      """)

  @OptionGroup var options: InstallationOptions

  @Option(help: "Seconds to wait for running copies to have, and then to use, the new master.")
  var wait = 60

  @Flag(
    name: .customLong("despite-damaged"), help: "Begin a new one though damaged keys are left under earlier masters.")
  var evenIfUnfinished = false

  func validate() throws {
    guard (0...86_400).contains(wait) else { throw ValidationError("--wait is 0 to 86400 seconds") }
  }

  func run() async throws {
    try await Installation.with(options) { installation in
      let printer = ProgressPrinter()
      let report = try await installation.store.rotateMaster(
        evenIfUnfinished: evenIfUnfinished, patience: .seconds(wait)
      ) { printer.show($0) }
      printer.end()
      for line in KeySheet.lines(of: report) { print(line) }
      if report.left > 0 { throw ExitCode(1) }
    }
  }
}

/// Destroys a master.
struct DestroyKey: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "destroy", abstract: "Destroy a master key that nothing is wrapped under any more.",
    discussion: """
      With it go all physical backups from before its retirement, and every erasure of that time becomes final. Its file \
      here is written over and removed; copies of the file elsewhere are yours to destroy, first of all those in backups of \
      the key folder. Cut off anywhere, the same command ends it. Exit status 1 while somebody still has the key.
      """)

  @OptionGroup var options: InstallationOptions

  @Argument(help: "The master's id, as ohjaustila keys list prints it.")
  var id: String

  func run() async throws {
    guard let id = MasterKeyID(id) else { throw ValidationError("an id is 1 to 32 lower-case letters and digits") }
    try await Installation.with(options, keys: .asTheyAre, openingLedger: false) { installation in
      switch try await installation.store.destroyMaster(id) {
      case .destroyed(let at): print("destroyed at \(at): \(id)")
      case .heldBy(let names):
        print("given up, nothing is ever wrapped under it again: \(id)")
        print("still held by: \(names.joined(separator: ", ")); take it away there, then run this once more")
        throw ExitCode(1)
      }
    }
  }
}

/// Makes a key for whoever keeps keys in the environment.
struct NewKey: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Print a new master key as an item of \(KeyRing.mastersVariable): into a secret store, not a terminal.")

  func run() throws { print(MasterKey.random().secretText) }
}
