import ArgumentParser
import Foundation
import Guidance
import Logging

/// What every command that works on an installation's database takes.
struct InstallationOptions: ParsableArguments {
  @Flag(help: "Development: test tokens, and a clock that moves. Never for real people's data.")
  var dev = false

  @Option(help: "The folder for the private PostgreSQL, keys and locks.")
  var data = "var"

  @Option(
    help: "The folder of the erasure ledger, on other storage than the database's; by default in the data folder.")
  var ledger: String?

  @Option(help: "The configuration file: issuers, operators, limits.")
  var config: String?

  @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning, error or critical.")
  var logLevel = "info"

  func validate() throws {
    guard Logger.Level(rawValue: logLevel) != nil else {
      throw ValidationError("--log-level is trace, debug, info, notice, warning, error or critical")
    }
  }

  var logger: Logger {
    var logger = Logger(label: "ohjaustila", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = Logger.Level(rawValue: logLevel) ?? .info
    return logger
  }

  var dataFolder: URL { URL(filePath: data, directoryHint: .isDirectory).absoluteURL }

  /// Where keys are, unless the environment has them.
  var keyFolder: String { dataFolder.appending(path: "keys").path }

  /// What the option says, else OHJAUSTILA_LEDGER, else a folder beside the keys.
  func ledgerFolder(_ environment: Environment) -> String {
    let told = ledger ?? environment.variables["OHJAUSTILA_LEDGER"].flatMap { $0.isEmpty ? nil : $0 }
    guard let told else { return dataFolder.appending(path: "ledger").path }
    return URL(filePath: told, directoryHint: .isDirectory).absoluteURL.path
  }

  func installationFile() throws -> InstallationFile {
    try config.map { try InstallationFile.load($0) } ?? .empty
  }
}
