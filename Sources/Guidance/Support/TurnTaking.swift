import Synchronization

/// Lets one task at a time through, in the order they came.
final class TurnTaking: Sendable {
  private struct State {
    var isTaken = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// Runs the body when every earlier one has ended.
  func inTurn<Result>(_ body: () async throws -> Result) async rethrows -> Result {
    await withCheckedContinuation { turn in
      let isFree = state.withLock { state in
        guard state.isTaken else {
          state.isTaken = true
          return true
        }
        state.waiting.append(turn)
        return false
      }
      if isFree { turn.resume() }
    }
    defer { passOn() }
    return try await body()
  }

  private func passOn() {
    let next = state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.isTaken = false
        return CheckedContinuation<Void, Never>?.none
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}
