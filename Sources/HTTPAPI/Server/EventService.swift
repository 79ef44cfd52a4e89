public import Guidance
public import Postgres
public import ServiceLifecycle

/// Keeps the event streams of this copy going. On shutdown it ends them all, so that nobody waits for them.
///
/// Goes behind the server in a service group, which stops its services from the last to the first: the streams end while
/// the server still sends.
public struct EventService: Service {
  private let store: GuidanceStore
  private let configuration: ConnectionConfiguration

  /// A service for a store, with a connection as its service role.
  public init(store: GuidanceStore, listeningOn configuration: ConnectionConfiguration) {
    self.store = store
    self.configuration = configuration
  }

  /// Runs until shutdown.
  public func run() async throws {
    await cancelWhenGracefulShutdown { await store.serveEvents(listeningOn: configuration) }
  }
}
