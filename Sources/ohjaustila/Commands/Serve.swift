import ArgumentParser
import Foundation
import Guidance
import Logging

/// Runs the service.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Serve the REST API and advance lifecycles.")

  @OptionGroup var options: InstallationOptions

  @Option(help: "The address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "The port to listen on; 0 takes a free one.")
  var port = 8080

  @Option(help: "Seconds that requests in flight get after SIGTERM.")
  var grace = 30

  func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("--port is 0 to 65535") }
    guard (0...3600).contains(grace) else { throw ValidationError("--grace is 0 to 3600 seconds") }
  }

  func run() async throws {
    Memory.tune()
    // Where a client has gone, write(2) says so: the signal would end the process.
    signal(SIGPIPE, SIG_IGN)
    try await Installation.with(options) { installation in
      try await installation.store.publishPolicies()
      let server = Server(
        installation: installation, options: options, host: host, port: port, grace: .seconds(grace),
        notices: try noticeSender(installation),
        scanner: try ScannerSettings.read(Environment(), installation.file).map(ClamdScanner.init))
      let erasedAgain = installation.ledger.erasedAgain
      try await server.run { [host, dev = options.dev, logger = installation.logger] port in
        logger.notice(
          "serving",
          metadata: ["address": "http://\(host):\(port)", "dev": "\(dev)", "erasedAgain": "\(erasedAgain)"])
      }
    }
  }

  /// Nil where no mail server is configured.
  private func noticeSender(_ installation: Installation) throws -> NoticeSender? {
    guard let settings = try MailSettings.read(Environment()) else { return nil }
    return NoticeSender(
      store: installation.store, transport: try SMTPTransport(settings), settings: settings.notices)
  }
}
