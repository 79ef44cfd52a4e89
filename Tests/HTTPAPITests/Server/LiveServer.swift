import Hummingbird
import NIOCore
import ServiceLifecycle

@testable import HTTPAPI

/// A server on a socket of its own, for what only a socket shows.
struct LiveServer: Sendable {
  let port: Int
  private let group: ServiceGroup

  /// What SIGTERM does.
  func shutDown() async {
    await group.triggerGracefulShutdown()
  }

  /// Starts a server, runs `body` and shuts the server down; returns when it is down.
  static func run(
    _ endpoints: [Endpoint], limits: HTTPLimits = HTTPLimits(), shutdown: Duration = .seconds(10),
    _ body: @escaping @Sendable (LiveServer) async throws -> Void
  ) async throws {
    try await run(TestAPI.responder(endpoints), limits: limits, shutdown: shutdown, body)
  }

  /// The same with any responder, and a service beside it that is stopped before the server.
  static func run(
    _ responder: APIResponder, beside other: (any Service)? = nil, limits: HTTPLimits = HTTPLimits(),
    certificates: CertificateStore? = nil, shutdown: Duration = .seconds(10),
    _ body: @escaping @Sendable (LiveServer) async throws -> Void
  ) async throws {
    let (ports, running) = AsyncStream.makeStream(of: Int.self)
    let app = responder.application(
      address: .hostname("127.0.0.1", port: 0), limits: limits, certificates: certificates, logger: TestAPI.quiet,
      onServerRunning: { channel in running.yield(channel.localAddress?.port ?? 0) })
    let services: [any Service] = [app] + [other].compactMap { $0 }
    var configuration = ServiceGroupConfiguration(services: services, logger: TestAPI.quiet)
    configuration.maximumGracefulShutdownDuration = shutdown
    let group = ServiceGroup(configuration: configuration)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      for await port in ports {
        let result: Result<Void, any Error>
        do {
          result = .success(try await body(LiveServer(port: port, group: group)))
        } catch {
          result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        do { try await tasks.waitForAll() } catch is CancellationError {}
        return try result.get()
      }
    }
  }
}
