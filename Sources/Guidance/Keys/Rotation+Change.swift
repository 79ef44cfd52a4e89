import Postgres
import Vault

/// The change of the current master, which no running copy is left behind by.
extension Rotation {
  /// Makes the master current once every running copy has it; does nothing where it is.
  func activate(_ master: MasterKeyID) async throws {
    let deadline = ContinuousClock.now + patience
    while true {
      let behind = try await tryToActivate(master)
      guard !behind.isEmpty else { break }
      guard ContinuousClock.now < deadline else { throw RotationObstacle.copiesBehind(master, names: behind) }
      progress(.copiesBehind(master, names: behind))
      try await Task.sleep(for: Self.pause)
    }
    _ = store.keys.use(master)
    if let folder = store.keys.folder { try KeyRing.makeCurrent(master, in: folder) }
    progress(.activated(master))
  }

  /// - Returns: the running copies that do not have it.
  private func tryToActivate(_ master: MasterKeyID) async throws -> [String] {
    try await store.scheduler.write(preamble: [store.stating(nil)]) { transaction in
      // A copy that is just beginning to serve is seen here, or sees there what is current now; another rotation waits.
      let rows = try transaction.pipeline([
        "SELECT set_config('lock_timeout', '5s', true)", "LOCK TABLE ohjaustila.key_holder IN SHARE ROW EXCLUSIVE MODE",
        KeyHolder.running, MasterTable.selection,
      ])
      let table = try MasterTable(rows[3])
      guard table.current != master else { return [] }
      guard table.announced == master else { throw RotationObstacle.overtaken }
      let behind = try rows[2].map(KeyHolder.init).filter { !$0.masters.contains(master) }
      guard behind.isEmpty else { return behind.map(\.name) }
      try transaction.enqueue(
        """
        UPDATE ohjaustila.master_key SET stage = 'retiring', since = ohjaustila.instant_now() WHERE stage = 'current'
        """)
      try transaction.enqueueUpdatingExactlyOne(
        """
        UPDATE ohjaustila.master_key SET stage = 'current', since = ohjaustila.instant_now() WHERE id = \(master.text)
        """)
      return []
    }
  }

  /// Waits, but not for ever, until every running copy wraps under the master: a copy that does not yet is no harm, only
  /// more to rewrap.
  func waitForUse(of master: MasterKeyID) async throws {
    let deadline = ContinuousClock.now + patience
    while ContinuousClock.now < deadline {
      let others = try await store.runningHolders().filter { $0.wrapsUnder != master }
      guard !others.isEmpty else { return }
      progress(.copiesWrapOtherwise(master, names: others.map(\.name)))
      try await Task.sleep(for: Self.pause)
    }
  }
}
