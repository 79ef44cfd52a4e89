import Postgres
import Synchronization
import Vault

/// What is left under the masters before.
extension Rotation {
  /// Goes through what is left until nothing is but what is damaged, or always held by others.
  func rewrap(_ report: inout RotationReport) async throws {
    let deadline = ContinuousClock.now + patience
    let done = Mutex(report.rewrapped)
    while true {
      let counts = try await store.wrappedCounts()
      let others = counts.others(than: report.master)
      report.left = others.reduce(0) { $0 + counts.all(under: $1) }
      let total = report.left + report.rewrapped
      guard !others.isEmpty else { return }
      let outcome = try await rewrapping.run(under: others) { [progress] more in
        let sum = done.withLock { sum in
          sum += more
          return sum
        }
        progress(.rewrapped(sum, of: max(sum, total)))
      }
      report.rewrapped += outcome.rewrapped
      report.damaged = outcome.damaged.count
      report.left -= outcome.rewrapped
      if report.left <= report.damaged || ContinuousClock.now > deadline { return }
      try await Task.sleep(for: Self.pause)
    }
  }

  /// Retires the masters that nothing stands under.
  func retire(_ report: inout RotationReport) async throws {
    let master = report.master
    (report.retired, report.left) = try await store.scheduler.write(preamble: [store.stating(nil)]) { transaction in
      let rows = try transaction.pipeline(
        [
          "SELECT set_config('lock_timeout', '5s', true)",
          // Waits for those who have just wrapped something under one of them.
          "SELECT id, stage FROM ohjaustila.master_key WHERE stage = 'retiring' ORDER BY id FOR UPDATE",
        ] + WrappedCounts.selections)
      let counts = try WrappedCounts(rows[2...])
      let empty = try MasterTable(rows[1]).ids(.retiring).filter { counts.all(under: $0) == 0 }
      try transaction.enqueue(
        """
        UPDATE ohjaustila.master_key SET stage = 'retired', since = ohjaustila.instant_now()
        WHERE id = ANY (\(empty.map(\.text)))
        """)
      return (empty, counts.others(than: master).reduce(0) { $0 + counts.all(under: $1) })
    }
  }
}
