import Lifecycle
import Postgres
import Synchronization

/// The event streams of this copy: who listens to which space, and what wakes them.
///
/// A listener costs a slot here, and nothing in the database while nothing happens. Wake-ups are hints that carry no
/// content: whoever is woken looks for itself, under its own rights. What a hint might miss, a comparison of all slots
/// with the database finds in one statement (`GuidanceStore.lookAround`).
final class EventHub: Sendable {
  private struct State {
    var slots: [ObjectIdentifier: StreamSlot] = [:]
    var bySpace: [ID<Space>: [ObjectIdentifier: StreamSlot]] = [:]
    var counts: [ID<Caller>: Int] = [:]
    var isClosed = false
  }

  let limits: EventLimits
  /// Rings when the database is to be compared with what the listeners know.
  let lookingAround = WakeUp()
  private let announcements = Announcements()
  private let state = Mutex(State())

  init(limits: EventLimits) {
    self.limits = limits
  }

  // MARK: - Listeners

  /// Gives a listener a place, which it has as long as it keeps the result.
  func enter(
    _ space: ID<Space>, _ principal: ID<Caller>, tokenExpiresAt: Instant
  ) throws(EventStreamsFull) -> StreamPlace {
    let slot = StreamSlot(space: space, principal: principal, tokenExpiresAt: tokenExpiresAt)
    try state.withLock { state throws(EventStreamsFull) in
      if state.isClosed { throw .stopping }
      if state.counts[principal, default: 0] >= limits.streamsPerCaller { throw .caller(limits.streamsPerCaller) }
      if state.slots.count >= limits.streams { throw .service }
      state.counts[principal, default: 0] += 1
      state.slots[ObjectIdentifier(slot)] = slot
      state.bySpace[space, default: [:]][ObjectIdentifier(slot)] = slot
    }
    return StreamPlace(slot, in: self)
  }

  fileprivate func leave(_ slot: StreamSlot) {
    state.withLock { state in
      let key = ObjectIdentifier(slot)
      state.slots[key] = nil
      state.bySpace[slot.space]?[key] = nil
      if state.bySpace[slot.space]?.isEmpty == true { state.bySpace[slot.space] = nil }
      state.counts[slot.principal, default: 1] -= 1
      if state.counts[slot.principal] == 0 { state.counts[slot.principal] = nil }
    }
  }

  /// Everybody who listens, for the comparison with the database.
  var slots: [StreamSlot] { state.withLock { Array($0.slots.values) } }

  /// Ends what has had its time and asks for heartbeats.
  ///
  /// - Returns: how long to rest.
  func tick(_ now: Instant) -> Duration {
    slots.reduce(min(.seconds(1), limits.heartbeat)) { min($0, $1.tick(now, heartbeat: limits.heartbeat)) }
  }

  /// Ends every stream and lets nobody in any more.
  func close() {
    announcements.close()
    let slots = state.withLock { state in
      state.isClosed = true
      return state.slots.values
    }
    for slot in slots { slot.finish(.end(.shutdown)) }
  }

  // MARK: - Wake-ups

  /// A space has changed, and the change is committed: tells this copy's listeners and the other copies.
  func announce(_ space: ID<Space>) {
    wake(space)
    announcements.add(space)
  }

  /// Many spaces have changed, or rights that the hub knows no space of.
  func announceMany() {
    lookingAround.ring()
    announcements.addMany()
  }

  /// Sends announcements over this connection from now on.
  func connect(_ outlet: Listener) {
    announcements.connect(outlet)
  }

  /// What the connection to PostgreSQL brought.
  func take(_ event: Listener.Event) {
    switch event {
    case .connected: lookingAround.ring()
    case .notification(_, let payload):
      guard let spaces = announcements.read(payload) else { return lookingAround.ring() }
      for space in spaces { wake(space) }
    }
  }

  private func wake(_ space: ID<Space>) {
    let slots = state.withLock { $0.bySpace[space]?.values }
    guard let slots else { return }
    for slot in slots { slot.ring() }
  }
}

/// A listener's place, given back when nobody holds this any more: also when the stream was never begun.
final class StreamPlace: Sendable {
  let slot: StreamSlot
  private let hub: EventHub

  fileprivate init(_ slot: StreamSlot, in hub: EventHub) {
    self.slot = slot
    self.hub = hub
  }

  deinit {
    hub.leave(slot)
  }
}

/// Why there is no place for another stream now.
public enum EventStreamsFull: Error, Equatable, Sendable {
  /// The caller has as many as one may have.
  case caller(Int)
  /// This copy has as many as it takes.
  case service
  /// This copy is stopping.
  case stopping
}
