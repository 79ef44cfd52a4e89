import ArgumentParser
import Foundation
import Guidance
import Vault

/// The keys that archives are signed with.
struct ArchiveKeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "archive-keys", abstract: "Show, replace or make the keys that archives are signed with.",
    subcommands: [ListArchiveKeys.self, RotateArchiveKeys.self, NewArchiveKey.self])
}

/// Shows every key that archives were ever signed with.
struct ListArchiveKeys: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show every key that archives were signed with, the newest first.")

  @OptionGroup var options: InstallationOptions

  func run() async throws {
    try await Installation.with(options) { try await show($0.store) }
  }
}

/// Makes a new key.
struct RotateArchiveKeys: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate", abstract: "Make a new key that signs from now on.",
    discussion: """
      Copy the key files to every copy of the service and restart them within a day: the old key signs nothing after
      that. Archives that it signed are verified with it for good. Keep its file; the public half stays in the database.
      """)

  @OptionGroup var options: InstallationOptions

  @Flag(help: "The key that signs now is lost: do without it, and end it at once.")
  var lost = false

  func run() async throws {
    guard Environment().variables[ArchiveKeys.variable] == nil else {
      throw ValidationError(
        "the keys are in \(ArchiveKeys.variable): put a new one (archive-keys new) before the others, and restart")
    }
    // With the keys as they are: whoever is a stranger to this database must not replace its key. And never the only key
    // file of an installation whose database cannot be told of it.
    if !lost { try await Installation.with(options) { _ in } }
    let id = try ArchiveKeys.rotate(in: options.keyFolder)
    try await Installation.with(options, keys: lost ? .replacingLostArchiveKey : .inOrder) { try await show($0.store) }
    print("archives are signed with \(id) from now on")
  }
}

/// Prints a key for the environment.
struct NewArchiveKey: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Print a new secret key for \(ArchiveKeys.variable).")

  func run() { print(ArchiveKeys.newItem()) }
}

private func show(_ store: GuidanceStore) async throws {
  for published in try await store.publishedArchiveKeys() {
    print("\(published.id)  from \(published.validFrom)  \(published.validUntil.map { "until \($0)" } ?? "signs")")
  }
}
