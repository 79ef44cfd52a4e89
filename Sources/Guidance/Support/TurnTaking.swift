import Synchronization

/// Lets some tasks at a time through, in the order they came.
final class TurnTaking: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  /// Lets one task at a time through, unless there are more places.
  init(places: Int = 1) {
    state = Mutex(State(free: places))
  }

  /// Runs the body when a place is free; whoever came earlier goes first.
  func inTurn<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    await withCheckedContinuation { turn in
      let isFree = state.withLock { state in
        guard state.free > 0 else {
          state.waiting.append(turn)
          return false
        }
        state.free -= 1
        return true
      }
      if isFree { turn.resume() }
    }
    defer { passOn() }
    return try await body()
  }

  private func passOn() {
    let next = state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.free += 1
        return CheckedContinuation<Void, Never>?.none
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}
