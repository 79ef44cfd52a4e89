import ArgumentParser

/// The command line.
@main
struct Ohjaustila: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ohjaustila",
    abstract: "Online guidance spaces that are wound down by rule: closed, archived, erased, to the day.",
    subcommands: [
      Serve.self, Migrate.self, Sweep.self, Forecast.self, PolicyCommands.self, Notices.self, JournalCommands.self,
      LedgerCommands.self, KeysCommands.self, Verify.self, ArchiveKeysCommand.self, Demo.self, Token.self, Routes.self,
      Health.self,
    ])
}
