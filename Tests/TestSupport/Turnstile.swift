import Synchronization

/// Lets a few tests at a time have an installation: each takes connections, and a machine has few cores.
final class Turnstile: Sendable {
  static let shared = Turnstile(places: 6)

  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  init(places: Int) {
    state = Mutex(State(free: places))
  }

  func enter() async {
    await withCheckedContinuation { turn in
      let enters = state.withLock { state in
        guard state.free == 0 else {
          state.free -= 1
          return true
        }
        state.waiting.append(turn)
        return false
      }
      if enters { turn.resume() }
    }
  }

  func leave() {
    let next = state.withLock { state in
      guard state.waiting.isEmpty else { return CheckedContinuation<Void, Never>?.some(state.waiting.removeFirst()) }
      state.free += 1
      return nil
    }
    next?.resume()
  }
}
