/// LISTEN and NOTIFY on a connection of its own, with a thread of its own.
///
/// Notifications are hints: some are lost while the connection is down or when events are not read in time. Poll after
/// every ``Event/connected`` and every few seconds.
public final class Listener: Sendable {
  /// What happens on the connection.
  public enum Event: Hashable, Sendable {
    /// Connected, for the first time or again, and listening from here on: what came before may have been missed.
    case connected
    /// A notification, also one of our own.
    case notification(channel: String, payload: String)
  }

  /// Everything that happens, for one reader. Keeps the newest 4,096 events that were not read yet; ends with `stop`.
  public let events: AsyncStream<Event>
  private let thread: ListenerThread

  /// Starts to connect and to listen.
  /// - Parameter channels: names of channels, exactly as in NOTIFY; at most 63 bytes each.
  public init(_ configuration: ConnectionConfiguration, channels: [String]) {
    let (events, continuation) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingNewest(4096))
    self.events = events
    let thread = ListenerThread(configuration, channels: channels, events: continuation)
    self.thread = thread
    DedicatedThread.start(name: "pg-listener") { thread.run() }
  }

  deinit {
    thread.requestStop()
  }

  /// Sends a notification soon, without waiting; several that wait go out in one round trip. While the connection is
  /// down, the newest 1,000 wait for it.
  /// - Throws: ``PostgresError/misuse(_:)`` for a payload of 8,000 bytes or more, a channel name that is empty or has 64
  ///   bytes or more, or a U+0000 in either.
  public func notify(_ channel: String, _ payload: String = "") throws {
    guard payload.utf8.count < 8000, (1..<64).contains(channel.utf8.count) else {
      throw PostgresError.misuse("a notification has a channel of 1 to 63 bytes and at most 7,999 bytes of payload")
    }
    let query: Query = "SELECT pg_notify(\(channel), \(payload))"
    if let failure = query.failure { throw PostgresError.encoding(failure) }
    thread.send(query)
  }

  /// Closes the connection and ends the events. Returns when the thread has let go of both.
  public func stop() async {
    await thread.stop()
  }
}
