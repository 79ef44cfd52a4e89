public import Logging
import NIOSSL
public import ServiceLifecycle
import Synchronization

/// The certificate that new connections get, and the watch over its files.
///
/// A renewed certificate counts from the next connection on; those that are open keep what they were made with, and go
/// on. One that can't be used is logged, once, and the old one stays.
public final class CertificateStore: Service {
  private struct State {
    var context: NIOSSLContext
    /// The files as they were when last looked at, usable or not.
    var stamp: [FileStamp]?
  }

  /// How often the files are looked at.
  private static let pause: Duration = .seconds(10)

  private let files: CertificateFiles
  private let logger: Logger
  private let state: Mutex<State>
  private let pause: Duration

  /// Loads the certificate; what can't be used at the start throws.
  public convenience init(_ files: CertificateFiles, logger: Logger) throws {
    try self.init(files, pause: Self.pause, logger: logger)
  }

  init(_ files: CertificateFiles, pause: Duration, logger: Logger) throws {
    self.files = files
    self.pause = pause
    self.logger = logger
    let stamp = files.stamp()
    state = Mutex(State(context: try files.context(), stamp: stamp))
  }

  /// Watches until shutdown.
  public func run() async throws {
    try? await cancelWhenGracefulShutdown {
      while true {
        try await Task.sleep(for: self.pause)
        self.reload(evenUnchanged: false)
      }
    }
  }

  /// Loads the files again: those that changed, or any.
  public func reload(evenUnchanged: Bool) {
    let stamp = files.stamp()
    let isChanged = state.withLock { state in
      defer { state.stamp = stamp }
      return state.stamp != stamp
    }
    guard isChanged || evenUnchanged else { return }
    do {
      let context = try files.context()
      state.withLock { $0.context = context }
      logger.notice("the certificate was loaded", metadata: ["certificate": "\(files.certificate)"])
    } catch {
      logger.error(
        "the certificate can't be used; the old one stays",
        metadata: ["certificate": "\(files.certificate)", "key": "\(files.key)", "error": "\(error)"])
    }
  }

  func handler() -> NIOSSLServerHandler {
    NIOSSLServerHandler(context: state.withLock { $0.context })
  }
}
