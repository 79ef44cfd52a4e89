import Guidance
import Logging
import ServiceLifecycle

/// Follows rotations of the master: says every two seconds which masters this copy has, and uses the one that is current.
struct KeyService: Service {
  let watch: KeyWatch
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try? await Task.sleep(for: KeyWatch.pause)
        do {
          try await watch.look()
        } catch is CancellationError {
        } catch {
          logger.error("the masters in use were not looked at; it is tried again", metadata: ["error": "\(error)"])
        }
      }
    }
    await watch.leave()
  }
}
