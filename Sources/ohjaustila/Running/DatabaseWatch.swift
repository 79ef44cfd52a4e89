import Logging
import ServiceLifecycle

/// Ends the service when its private PostgreSQL ends by itself: whoever supervises the process starts both again.
struct DatabaseWatch: Service {
  let installation: Installation

  struct Ended: Error, CustomStringConvertible {
    let how: String
    var description: String { "the private PostgreSQL ended: \(how)" }
  }

  func run() async throws {
    guard installation.hasOwnDatabase else { return try await gracefulShutdown() }
    let end = await cancelWhenGracefulShutdown { await installation.untilDatabaseEnds() }
    if let end, !Task.isShuttingDownGracefully { throw Ended(how: "\(end)") }
  }
}
