import Foundation
import Postgres
import Synchronization

/// What the other copies are told: which spaces have changed. At most one NOTIFY in 20 ms, on the listener's own
/// connection, never in a fact's transaction (database.md).
///
/// The first goes at once; what comes within the pause after it goes together.
final class Announcements: Sendable {
  private struct State {
    var outlet: Listener?
    var spaces: Set<ID<Space>> = []
    var hasMany = false
    var isSending = false
  }

  static let channel = "ohjaustila_events"
  private static let pause = Duration.milliseconds(20)
  /// So many identifiers fit into a payload of less than 8,000 bytes; of more, the others look for themselves.
  private static let most = 200
  private static let many = "*"

  /// Whose announcements are one's own: those come back, too.
  private let sender = UUID().uuidString
  private let state = Mutex(State())

  func connect(_ outlet: Listener) {
    state.withLock { $0.outlet = outlet }
  }

  func close() {
    state.withLock { $0 = State() }
  }

  func add(_ space: ID<Space>) {
    add { $0.spaces.insert(space) }
  }

  func addMany() {
    add { $0.hasMany = true }
  }

  /// Without a connection, as in a command, nothing is kept: the other copies find it when they look around.
  private func add(_ change: (inout State) -> Void) {
    let begins = state.withLock { state in
      guard state.outlet != nil else { return false }
      change(&state)
      defer { state.isSending = true }
      return !state.isSending
    }
    if begins { Task { await self.send() } }
  }

  private func send() async {
    while let (outlet, payload) = next() {
      // A payload is short and without NUL, so there is nothing to refuse.
      try? outlet.notify(Self.channel, payload)
      try? await Task.sleep(for: Self.pause)
    }
  }

  private func next() -> (Listener, String)? {
    state.withLock { state in
      guard let outlet = state.outlet, state.hasMany || !state.spaces.isEmpty else {
        state.isSending = false
        return nil
      }
      let hasMany = state.hasMany || state.spaces.count > Self.most
      let named = hasMany ? Self.many : state.spaces.map(\.description).joined(separator: ",")
      state.spaces = []
      state.hasMany = false
      return (outlet, "\(sender) \(named)")
    }
  }

  /// The spaces that another copy has changed; nil for many, and for what this version does not understand.
  func read(_ payload: String) -> [ID<Space>]? {
    let parts = payload.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    if parts[0] == sender { return [] }
    let named = parts[1].split(separator: ",")
    let spaces = named.compactMap { ID<Space>($0) }
    return spaces.count == named.count ? spaces : nil
  }
}
