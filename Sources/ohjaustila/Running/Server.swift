import Foundation
import Guidance
import HTTPAPI
import Hummingbird
import HummingbirdCore
import Lifecycle
import Logging
import ServiceLifecycle
import UnixSignals

/// The HTTP side of an installation.
struct Server {
  let installation: Installation
  let options: InstallationOptions
  let host: String
  let port: Int
  /// Where `/metrics` is; nil for nowhere.
  let operations: BindAddress?
  let grace: Duration
  /// What notices are sent by; nil while they only wait.
  var notices: NoticeSender?
  /// What scans files; nil where they are published unscanned.
  var scanner: (any VirusScanner)?

  /// Serves until told to stop: requests in flight are finished within the grace, and nothing is left running.
  ///
  /// - Parameter ready: is told the port once the service answers.
  func run(onReady ready: @escaping @Sendable (Int) async -> Void = { _ in }) async throws {
    let logger = installation.logger
    let tester = try testIssuer()
    let issuers = try installation.file.issuers.map { try $0.trusted() } + (tester.map { [$0.issuer] } ?? [])
    if issuers.isEmpty { logger.warning("no issuer is configured: nobody can sign in") }
    let clock = installation.store.clock
    let authenticator = Authenticator(issuers: issuers, clock: { clock.now.microseconds }, logger: logger)
    let keys = KeyWatch(store: installation.store, name: "\(ProcessInfo.processInfo.hostName)/\(getpid())")
    try await keys.enter()
    let door = tester.map(DevelopmentDoor.init(issuer:))
    let certificates = try certificateStore()
    let responder = APIResponder(
      endpoints: try endpoints(issuers, authenticator, door), authenticator: authenticator,
      door: frontDoor(isSecure: certificates != nil), logger: logger)
    let application = responder.application(
      address: .hostname(host, port: port), limits: limits, certificates: certificates, logger: logger,
      onServerRunning: { channel in await ready(channel.localAddress?.port ?? port) })
    var services = (operationServices(responder) + certificateServices(certificates)).map {
      ServiceGroupConfiguration.ServiceConfiguration(service: $0)
    }
    services += [
      .init(service: application), .init(service: authenticator),
      .init(service: SchedulerService(store: installation.store, logger: logger)),
      .init(service: DatabaseWatch(installation: installation)),
      .init(service: KeyService(watch: keys, logger: logger)),
    ]
    if let notices {
      // Stopped after the requests: a slow mail server takes nothing of their grace.
      services.insert(.init(service: NoticeService(store: installation.store, sender: notices, logger: logger)), at: 0)
    } else {
      logger.warning("no mail server is configured (OHJAUSTILA_SMTP_HOST): notices wait in the outbox")
    }
    if let scanner {
      let scanning = Scanning(store: installation.store, scanner: scanner)
      services.insert(
        .init(service: ScanService(store: installation.store, scanning: scanning, logger: logger)), at: 0)
    }
    // The last is stopped first: event streams never end by themselves.
    services.append(.init(service: EventService(store: installation.store, listeningOn: installation.listening)))
    var configuration = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    configuration.maximumGracefulShutdownDuration = grace
    try await ServiceGroup(configuration: configuration).run()
  }

  /// As many connections as there are file descriptors for: without one, accepting would fail in a busy loop. Whoever
  /// only listens to events takes no connection from requests.
  private var limits: HTTPLimits {
    var limits = HTTPLimits()
    limits.maximumConnections += installation.store.options.events.streams
    limits.maximumConnections = min(limits.maximumConnections, max(16, OpenFiles.raiseLimit() - 100))
    return limits
  }

  /// Who signs tokens for whoever asks, with --dev only.
  private func testIssuer() throws -> TestIssuer? {
    guard options.dev else { return nil }
    return try TestIssuer(keyFile: options.dataFolder.appending(path: "keys/test-issuer.pem").path)
  }

  private var viewer: ContractViewer? {
    let folder = Environment().variables["OHJAUSTILA_DOCS"].map { URL(filePath: $0, directoryHint: .isDirectory) }
    return ContractViewer(folder: folder ?? installation.resources.viewer)
  }

  private func endpoints(
    _ issuers: [Issuer], _ authenticator: Authenticator, _ door: DevelopmentDoor?
  ) throws -> [Endpoint] {
    var operators = Set(
      installation.file.operators.map { API.Configuration.Principal(issuer: $0.issuer, subject: $0.subject) })
    if door != nil { operators.insert(.init(issuer: TestIssuer.url, subject: "operator")) }
    let staffIssuers = Set(issuers.filter(\.vouchesForStaff).map(\.url))
    return API.endpoints(
      store: installation.store,
      configuration: API.Configuration(
        operators: operators, staffIssuers: staffIssuers, trustedProxies: installation.file.trustedProxies,
        temporaryIdentityCodes: options.dev || installation.file.temporaryIdentityCodes),
      outages: { authenticator.outages }, development: door,
      openAPI: try String(contentsOf: installation.resources.contract, encoding: .utf8), viewer: viewer)
  }
}
