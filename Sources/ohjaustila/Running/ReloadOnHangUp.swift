import HTTPAPI
import ServiceLifecycle
import UnixSignals

/// Loads the certificate again at each SIGHUP.
struct ReloadOnHangUp: Service {
  let certificates: CertificateStore

  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sighup)
    for await _ in signals.cancelOnGracefulShutdown() { certificates.reload(evenUnchanged: true) }
  }
}
