import CLibPQ
import Glibc
import Logging
import Synchronization

/// The life of a ``Listener``'s connection.
final class ListenerThread: Sendable {
  private struct State {
    var outbox: [Query] = []
    var isStopping = false
    var hasEnded = false
    var whenEnded: [CheckedContinuation<Void, Never>] = []
  }

  private let configuration: ConnectionConfiguration
  private let channels: [String]
  private let events: AsyncStream<Listener.Event>.Continuation
  private let state = Mutex(State())
  private let bell = Bell()

  private static let longestOutbox = 1000
  private static let backoff = (first: Duration.milliseconds(20), longest: Duration.seconds(5))

  init(
    _ configuration: ConnectionConfiguration, channels: [String],
    events: AsyncStream<Listener.Event>.Continuation
  ) {
    self.configuration = configuration
    self.channels = channels
    self.events = events
  }

  func send(_ notification: Query) {
    state.withLock {
      if $0.outbox.count >= Self.longestOutbox { $0.outbox.removeFirst() }
      $0.outbox.append(notification)
    }
    bell.ring()
  }

  func requestStop() {
    state.withLock { $0.isStopping = true }
    bell.ring()
  }

  func stop() async {
    requestStop()
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if !state.hasEnded { state.whenEnded.append(continuation) }
        return state.hasEnded
      }
      if hasEnded { continuation.resume() }
    }
  }

  /// Connects, serves, and connects again, until stopped.
  func run() {
    var pause = Self.backoff.first
    while !isStopping {
      do {
        let connection = try Connection(configuration)
        _ = try connection.pipeline(channels.map { Query(unchecked: "LISTEN \(SQLIdentifier.quoted($0))") })
        events.yield(.connected)
        pause = Self.backoff.first
        try serve(connection)
      } catch {
        configuration.logger.info("listener is not connected", metadata: ["reason": "\(error)"])
        bell.wait(atMost: pause)
        pause = min(pause * 2, Self.backoff.longest)
      }
    }
    events.finish()
    let waiting = state.withLock { state in
      state.hasEnded = true
      defer { state.whenEnded = [] }
      return state.whenEnded
    }
    for continuation in waiting { continuation.resume() }
  }

  private var isStopping: Bool { state.withLock { $0.isStopping } }

  private func serve(_ connection: Connection) throws {
    while !isStopping {
      try flushOutbox(connection)
      deliver(from: connection)
      bell.wait(or: PQsocket(connection.handle))
      guard connection.isAliveAfterIdling() else { throw PostgresError.connectionLost(connection.lastMessage) }
    }
  }

  private func flushOutbox(_ connection: Connection) throws {
    let notifications = state.withLock { state in
      defer { state.outbox = [] }
      return state.outbox
    }
    guard !notifications.isEmpty else { return }
    do {
      _ = try connection.pipeline(notifications)
    } catch PostgresError.server(let error) {
      configuration.logger.warning("notifications were refused", metadata: ["error": "\(error)"])
    }
  }

  private func deliver(from connection: Connection) {
    while let notification = PQnotifies(connection.handle) {
      defer { PQfreemem(notification) }
      events.yield(
        .notification(
          channel: String(cString: notification.pointee.relname), payload: String(cString: notification.pointee.extra)))
    }
  }
}
