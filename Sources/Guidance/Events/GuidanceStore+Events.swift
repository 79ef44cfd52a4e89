public import Lifecycle
import Logging
public import Postgres

extension GuidanceStore {
  /// Opens a stream of what happens to a space, for who takes part in it.
  ///
  /// A customer's opening counts as their authentication into the space, as any other request does.
  ///
  /// - Parameters:
  ///   - position: the last event that the listener has; nil begins with the present.
  ///   - tokenExpiresAt: when the stream ends at the latest.
  /// - Throws: `Refusal` as for the space's content, or for a position that its journal never reached;
  ///   `EventStreamsFull`.
  public func openEvents(
    of space: ID<Space>, after position: Int?, tokenExpiresAt: Instant, for caller: Caller
  ) async throws -> EventStream {
    guard let principal = caller.uuid.map({ ID<Caller>($0) }) else { throw Refusal.notFound }
    // The place comes first: what is committed behind the look wakes its holder.
    let place = try events.enter(space, principal, tokenExpiresAt: tokenExpiresAt)
    let opening = try await news(of: space, after: position, for: caller)
    return EventStream(
      store: self, caller: caller, place: place, start: position ?? opening.position, opening: opening)
  }

  /// Keeps this copy's event streams going until the task is cancelled, then ends them: wake-ups to and from other
  /// copies, the end of rights and tokens, heartbeats. Once for a store.
  ///
  /// - Parameter configuration: for one connection as the service, straight to PostgreSQL: behind a pooler that shares
  ///   sessions there is no LISTEN.
  public func serveEvents(listeningOn configuration: ConnectionConfiguration) async {
    let listener = Listener(configuration, channels: [Announcements.channel])
    events.connect(listener)
    await withDiscardingTaskGroup { group in
      group.addTask {
        for await event in listener.events { self.events.take(event) }
      }
      group.addTask {
        while !Task.isCancelled {
          await self.events.lookingAround.wait()
          await self.lookAround()
        }
      }
      group.addTask {
        while !Task.isCancelled {
          try? await Task.sleep(for: self.limits.lookInterval)
          self.events.lookingAround.ring()
        }
      }
      group.addTask {
        while !Task.isCancelled {
          let rest = self.events.tick(self.clock.now)
          try? await Task.sleep(for: max(rest, .milliseconds(5)))
        }
      }
    }
    events.close()
    await listener.stop()
  }

  private var limits: EventLimits { events.limits }

  /// Compares what every listener has seen with the database, and wakes those for whom it differs: what no wake-up told
  /// of, and rights that were given or taken away. A statement for a thousand listeners, as the scheduler, which sees
  /// every space's envelope and no content.
  func lookAround() async {
    let slots = events.slots
    for start in stride(from: 0, to: slots.count, by: Self.comparedAtOnce) {
      do {
        try await compare(Array(slots[start..<min(start + Self.comparedAtOnce, slots.count)]))
      } catch is CancellationError {
        return
      } catch {
        // The next time comes in some seconds.
        logger.warning("event streams could not be compared with the database", metadata: ["error": "\(error)"])
        return
      }
    }
  }

  private static let comparedAtOnce = 1000

  private func compare(_ slots: [StreamSlot]) async throws {
    let (principals, spaces) = (slots.map(\.principal), slots.map(\.space))
    try await scheduler.readOnce([
      """
      SELECT listener.n, s.journal_seq, mine.visible_until
      FROM unnest(\(principals), \(spaces)) WITH ORDINALITY AS listener (principal, space_id, n)
      LEFT JOIN ohjaustila.my_space mine
        ON mine.principal = listener.principal AND mine.space_id = listener.space_id
      LEFT JOIN ohjaustila.space s ON s.id = listener.space_id
      """
    ]) { rows in
      for row in rows[0] {
        let slot = slots[try row.get(0, as: Int.self) - 1]
        if slot.differs(position: try row.get(1), visibleUntil: try row.get(2)) { slot.ring() }
      }
    }
  }
}
