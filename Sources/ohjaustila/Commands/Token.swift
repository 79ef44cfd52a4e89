import ArgumentParser
import Foundation
import Guidance
import HTTPAPI

/// Prints a token of the built-in test issuer.
struct Token: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a token of the test issuer, for an installation that serves with --dev.")

  @Option(help: "The data folder of the installation.")
  var data = "var"

  @Option(help: "The principal's subject.")
  var subject: String

  @Option(help: "A personal identity code.")
  var hetu: String?

  @Option(help: "A name to show.")
  var name: String?

  func run() async throws {
    let key = URL(filePath: data, directoryHint: .isDirectory).appending(path: "keys/test-issuer.pem").path
    guard FileManager.default.fileExists(atPath: key) else {
      throw ValidationError("there is no test issuer in \(data): serve --dev makes it at its first start")
    }
    var claims = TestIssuer.Claims(subject: subject)
    claims.hetu = hetu
    claims.name = name
    let now = Int64(Date().timeIntervalSince1970 * 1_000_000)
    print(try TestIssuer(keyFile: key).sign(claims, now: now))
  }
}
