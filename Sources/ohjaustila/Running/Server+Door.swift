import Guidance
import HTTPAPI
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// How the service shows itself to the network.
extension Server {
  /// With `--dev`, nobody is told to wait unless the file says so: tests and imports ask as fast as they can.
  func frontDoor(isSecure: Bool) -> FrontDoor {
    let (file, web) = (installation.file, installation.file.web)
    let rates = file.rates ?? (options.dev ? nil : .standard)
    let names = web.hosts.isEmpty ? nil : HostPolicy.only(Set(web.hosts))
    return FrontDoor(
      hosts: names ?? (options.dev ? .local : .any), origins: OriginPolicy(origins: web.origins),
      rates: rates.map(RateGate.init),
      places: rates.map { ConnectionPlaces(most: $0.connectionsPerAddress, trustedProxies: file.trustedProxies) },
      trustedProxies: file.trustedProxies, isSecure: isSecure)
  }

  /// Nil where the file names no certificate.
  func certificateStore() throws -> CertificateStore? {
    try installation.file.web.tls.map { tls in
      try CertificateStore(CertificateFiles(certificate: tls.certificate, key: tls.key), logger: installation.logger)
    }
  }

  /// Watches over the certificate: its files, and SIGHUP.
  func certificateServices(_ certificates: CertificateStore?) -> [any Service] {
    certificates.map { [$0, ReloadOnHangUp(certificates: $0)] } ?? []
  }

  /// The operations address. Stopped after the service itself, so that its last moments can be watched.
  func operationServices(_ responder: APIResponder) -> [any Service] {
    guard let operations else { return [] }
    var quiet = installation.logger
    quiet.logLevel = max(quiet.logLevel, .notice)
    var limits = HTTPLimits()
    limits.maximumConnections = 16
    let logger = installation.logger
    return [
      OperationsAPI.responder(of: responder, store: installation.store, logger: quiet)
        .application(address: operations, limits: limits, logger: quiet) { channel in
          let (host, port) = (channel.localAddress?.ipAddress ?? "-", channel.localAddress?.port ?? 0)
          logger.notice("operations", metadata: ["metrics": "http://\(host):\(port)/metrics"])
        }
    ]
  }
}
