import Synchronization

/// Hands out the numbers 0..<count, each to one taker at a time: the one given back last first (its connection is the
/// likeliest to be open), and to those who wait in their order.
final class Turns: Sendable {
  private struct State {
    var free: [Int]
    var waiting: [(ticket: Int, continuation: CheckedContinuation<Int?, Never>)] = []
    var tickets = 0
  }

  private let state: Mutex<State>

  init(count: Int) {
    state = Mutex(State(free: Array((0..<count).reversed())))
  }

  /// Awaits a number; nil when the task is cancelled first.
  func take() async -> Int? {
    let ticket = state.withLock { state in
      state.tickets += 1
      return state.tickets
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer: Int?? = state.withLock { state in
          // Looked at under the lock: a cancellation before this is seen here, a later one finds the ticket.
          if Task.isCancelled { return .some(nil) }
          if let turn = state.free.popLast() { return turn }
          state.waiting.append((ticket, continuation))
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let waiting = state.withLock { state in
        state.waiting.firstIndex { $0.ticket == ticket }.map { state.waiting.remove(at: $0).continuation }
      }
      waiting?.resume(returning: nil)
    }
  }

  func give(_ turn: Int) {
    let next = state.withLock { state -> CheckedContinuation<Int?, Never>? in
      guard state.waiting.isEmpty else { return state.waiting.removeFirst().continuation }
      state.free.append(turn)
      return nil
    }
    next?.resume(returning: turn)
  }
}
