import Synchronization

/// Wakes one waiting task. A ring before the wait is not lost, and several are one.
final class WakeUp: Sendable {
  private enum State {
    case quiet, rung
    case waiting(CheckedContinuation<Void, Never>)
  }

  private let state = Mutex(State.quiet)

  func ring() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard case .waiting(let waiter) = state else {
        state = .rung
        return nil
      }
      state = .quiet
      return waiter
    }
    waiter?.resume()
  }

  /// Returns after a ring, and when the task is cancelled. One task at a time waits.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        let isRung = state.withLock { state in
          guard case .rung = state else {
            state = .waiting(waiter)
            return false
          }
          state = .quiet
          return true
        }
        if isRung { waiter.resume() }
      }
    } onCancel: {
      ring()
    }
  }
}
