import NIOCore
import Synchronization

/// Has the connections of an event loop looked at when something of them may be due, with one timer for all.
///
/// NIO finds a timer that is cancelled by going through all there are: with one for each connection, thousands that close
/// at once would keep the loop from everybody else for seconds.
final class ConnectionClock {
  private let eventLoop: any EventLoop
  private let period: TimeAmount
  private var connections: [ObjectIdentifier: ConnectionGuard] = [:]
  private var isRunning = false

  init(_ eventLoop: any EventLoop, period: TimeAmount) {
    self.eventLoop = eventLoop
    self.period = period
  }

  func add(_ connection: ConnectionGuard) {
    connections[ObjectIdentifier(connection)] = connection
    guard !isRunning else { return }
    isRunning = true
    wait()
  }

  func remove(_ connection: ConnectionGuard) {
    connections[ObjectIdentifier(connection)] = nil
  }

  private func wait() {
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    _ = eventLoop.scheduleTask(in: period) { bound.value.tick() }
  }

  private func tick() {
    let now = NIODeadline.now()
    // What is done about one may close it, and so take it out.
    for connection in Array(connections.values) { connection.look(at: now) }
    isRunning = !connections.isEmpty
    if isRunning { wait() }
  }
}

/// The clocks of a server's event loops.
final class ConnectionClocks: Sendable {
  private let period: TimeAmount
  private let clocks = Mutex<[ObjectIdentifier: NIOLoopBound<ConnectionClock>]>([:])

  /// Clocks that are never late by more than an eighth of the shortest time in `limits`.
  init(_ limits: HTTPLimits) {
    let times = [limits.headTimeout, limits.idleTimeout, limits.bodyPatience, limits.lingerTimeout]
    period = .nanoseconds(max(1_000_000, (times.map(\.nanoseconds).min() ?? 0) / 8))
  }

  /// Called on the event loop.
  func clock(of eventLoop: any EventLoop) -> ConnectionClock {
    clocks.withLock { clocks in
      if let clock = clocks[ObjectIdentifier(eventLoop)] { return clock }
      let clock = NIOLoopBound(ConnectionClock(eventLoop, period: period), eventLoop: eventLoop)
      clocks[ObjectIdentifier(eventLoop)] = clock
      return clock
    }.value
  }
}
