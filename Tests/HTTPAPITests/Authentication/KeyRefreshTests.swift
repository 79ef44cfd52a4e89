import Crypto
import ServiceLifecycle
import Testing

@testable import HTTPAPI

@Suite struct KeyRefreshTests {
  /// As a service it loads keys at once and does not hold up a shutdown with its sleep.
  @Test(.timeLimit(.minutes(1))) func endsAtShutdown() async throws {
    let issuer = TestIssuer(key: P256.Signing.PrivateKey())
    let (loads, loaded) = AsyncStream.makeStream(of: Void.self)
    let authenticator = Authenticator(
      issuers: [issuer.issuer], clock: { TestAPI.now },
      fetch: { _ in
        loaded.yield()
        return FetchedKeys(issuer.jwks.utf8)
      }, logger: TestAPI.quiet)
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [authenticator], logger: TestAPI.quiet))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      await loads.first { true }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }
}
