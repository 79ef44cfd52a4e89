import Lifecycle
import Logging

/// An event stream that may be sent: what a listener is told of one space, until their right or the token ends.
public struct EventStream: Sendable {
  /// What goes to the listener.
  public enum Item: Sendable, Equatable {
    /// The first: where the space stands, and after which entry of its journal the stream goes on.
    case start(position: Int, SpaceStatus)
    /// What happened, in order, each once; the status is the present one.
    case events([SpaceEvent], SpaceStatus)
    /// Nothing has happened, and the stream lives.
    case heartbeat
    /// The last.
    case end(StreamEnd)
  }

  /// The listener broke the connection off.
  public struct HungUp: Error {}

  let store: GuidanceStore
  let caller: Caller
  let place: StreamPlace
  /// The entry the stream begins after.
  let start: Int
  /// The look that decided that there is a stream at all.
  let opening: SpaceNews

  private var slot: StreamSlot { place.slot }

  /// Tells that the listener is gone. `deliver` then ends without another word.
  public func hangUp() {
    slot.finish(.hungUp)
  }

  /// Sends until the stream ends.
  ///
  /// Each look runs under the caller's rights of that moment, so nothing is sent that they may not read. While the
  /// listener takes its time nothing is kept for it but that there is news. Where the database can't be asked, the stream
  /// waits until it can.
  ///
  /// - Throws: what `send` throws; `HungUp`; `CancellationError`.
  public func deliver(to send: (Item) async throws -> Void) async throws {
    try await send(.start(position: start, opening.status))
    var position = try await pass(opening, to: send)
    while true {
      switch try await slot.next() {
      case .hungUp: throw HungUp()
      case .end(let reason): return try await send(.end(reason))
      case .heartbeat: try await send(.heartbeat)
      case .news:
        do {
          guard let news = try await look(after: position) else { continue }
          position = try await pass(news, to: send)
        } catch is Refusal {
          slot.finish(.end(.noAccess))
        }
      }
      slot.sent()
    }
  }

  /// Sends what a look found and remembers how far it went.
  private func pass(_ news: SpaceNews, to send: (Item) async throws -> Void) async throws -> Int {
    slot.learned(position: news.position, visibleUntil: news.visibleUntil)
    if news.hasMore { slot.ring() }
    if !news.events.isEmpty { try await send(.events(news.events, news.status)) }
    return news.position
  }

  /// - Returns: nil when the database could not be asked; whoever looks around next wakes the listener again.
  private func look(after position: Int) async throws -> SpaceNews? {
    do {
      return try await store.news(of: slot.space, after: position, for: caller)
    } catch let error where !(error is Refusal) && !(error is CancellationError) {
      slot.unlearn()
      store.logger.warning("an event stream could not look", metadata: ["error": "\(error)"])
      return nil
    }
  }
}
