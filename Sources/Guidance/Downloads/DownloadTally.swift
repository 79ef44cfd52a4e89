import Logging
import Synchronization

/// What customers have just been sent of archives, gathered for a moment: a client that fetches a thousand ranges costs
/// some transactions and not a thousand.
///
/// A crash loses what was noted within the window (as long as the access log's). That the archive was opened is in the
/// access log all the same.
final class DownloadTally: Sendable {
  private struct State {
    var pending: [TakenArchive.Key: TakenArchive] = [:]
    var tasks: [TakenArchive.Key: Task<Void, Never>] = [:]
  }

  private let window: Duration
  private let state = Mutex(State())

  private static let attempts = 5
  private static let pauseAfterFailure: Duration = .milliseconds(500)

  init(window: Duration) { self.window = window }

  /// Notes what a request was sent, and has it written soon.
  func note(_ sent: Range<UInt64>, of download: ArchiveDownload) {
    guard let principal = download.caller.uuid, !sent.isEmpty else { return }
    let store = download.store
    let new = TakenArchive(download, principal: principal)
    state.withLock { state in
      state.pending[new.key, default: new].add(sent)
      guard state.tasks[new.key] == nil else { return }
      state.tasks[new.key] = Task { await self.write(new.key, to: store) }
    }
  }

  /// Returns when everything noted so far has been written, or given up.
  func flush() async {
    for task in state.withLock({ Array($0.tasks.values) }) { await task.value }
  }

  private func write(_ key: TakenArchive.Key, to store: GuidanceStore) async {
    var failures = 0
    try? await Task.sleep(for: window)
    while let taken = next(key) {
      do {
        try await store.record(taken)
      } catch is Refusal {
        // The right has ended meanwhile: there is no journal left to write to.
      } catch {
        failures += 1
        guard failures < Self.attempts else {
          store.logger.error(
            "an archive's download could not be journaled", metadata: ["space": "\(key.space)", "error": "\(error)"])
          continue
        }
        restore(taken)
        try? await Task.sleep(for: Self.pauseAfterFailure)
      }
    }
  }

  /// What is to be written next of a customer's; nil when there is nothing, and the next note begins anew.
  private func next(_ key: TakenArchive.Key) -> TakenArchive? {
    state.withLock { state in
      let taken = state.pending.removeValue(forKey: key)
      if taken == nil { state.tasks[key] = nil }
      return taken
    }
  }

  private func restore(_ taken: TakenArchive) {
    state.withLock { state in
      var merged = taken
      if let later = state.pending[taken.key] { merged.add(later) }
      state.pending[taken.key] = merged
    }
  }
}
