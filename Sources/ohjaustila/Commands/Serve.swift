import ArgumentParser
import Foundation
import Guidance
import HummingbirdCore
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

  @Option(name: .customLong("operations-host"), help: "The address that /metrics listens on.")
  var operationsHost = "127.0.0.1"

  @Option(
    name: .customLong("operations-port"), help: "The port of /metrics; 0 takes a free one. Without it there is none.")
  var operationsPort: Int?

  @Flag(name: .customLong("allow-root"), help: "Serve as root, for whoever knows why.")
  var allowRoot = false

  func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("--port is 0 to 65535") }
    guard (0...65535).contains(operationsPort ?? 0) else { throw ValidationError("--operations-port is 0 to 65535") }
    guard geteuid() != 0 || options.dev || allowRoot else {
      throw ValidationError(
        "serve does not run as root: start it as a user of its own that owns --data, or give --allow-root")
    }
    guard (0...3600).contains(grace) else { throw ValidationError("--grace is 0 to 3600 seconds") }
  }

  func run() async throws {
    Memory.tune()
    // Where a client has gone, write(2) says so: the signal would end the process.
    signal(SIGPIPE, SIG_IGN)
    try await Installation.with(options) { installation in
      try await installation.store.publishPolicies()
      let server = Server(
        installation: installation, options: options, host: host, port: port,
        operations: operationsPort.map { .hostname(operationsHost, port: $0) }, grace: .seconds(grace),
        notices: try noticeSender(installation),
        scanner: try ScannerSettings.read(Environment(), installation.file).map(ClamdScanner.init))
      let scheme = installation.file.web.tls == nil ? "http" : "https"
      let erasedAgain = installation.ledger.erasedAgain
      try await server.run { [host, dev = options.dev, logger = installation.logger] port in
        logger.notice(
          "serving",
          metadata: ["address": "\(scheme)://\(host):\(port)", "dev": "\(dev)", "erasedAgain": "\(erasedAgain)"])
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
