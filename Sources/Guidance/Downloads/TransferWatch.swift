import Synchronization

/// The downloads that this copy is sending, each with what breaks it off.
///
/// Rights are asked for each time content is read; this is for what was read already: a client that takes nothing for
/// minutes would get the last piece long after its right had ended.
final class TransferWatch: Sendable {
  private struct Entry {
    let right: TransferRight
    let breakOff: @Sendable () -> Void
  }

  private struct State {
    var entries: [Int: Entry] = [:]
    var next = 0
    var isWatched = false
  }

  private let state = Mutex(State())

  /// How many are being sent.
  var count: Int { state.withLock { $0.entries.count } }

  /// - Returns: what the transfer leaves by, and whether somebody has to begin watching.
  func enter(_ right: TransferRight, breakOff: @escaping @Sendable () -> Void) -> (number: Int, begins: Bool) {
    state.withLock { state in
      state.next += 1
      state.entries[state.next] = Entry(right: right, breakOff: breakOff)
      defer { state.isWatched = true }
      return (state.next, !state.isWatched)
    }
  }

  /// - Returns: false for a transfer that has been broken off.
  @discardableResult
  func leave(_ number: Int) -> Bool {
    state.withLock { $0.entries.removeValue(forKey: number) != nil }
  }

  /// What is to be asked about; nil when nothing is being sent, and nobody watches from then on.
  func rights() -> [(number: Int, right: TransferRight)]? {
    state.withLock { state in
      state.isWatched = !state.entries.isEmpty
      return state.entries.isEmpty ? nil : state.entries.map { ($0.key, $0.value.right) }
    }
  }

  /// Breaks a transfer off, unless it has ended by itself.
  func breakOff(_ number: Int) {
    let entry = state.withLock { $0.entries.removeValue(forKey: number) }
    entry?.breakOff()
  }
}
