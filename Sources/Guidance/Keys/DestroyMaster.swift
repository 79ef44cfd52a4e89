import Foundation
public import Lifecycle
import Postgres
public import Vault

/// What became of a master that was to be destroyed.
public enum MasterDestruction: Sendable, Equatable {
  /// It is gone from here and from every running copy, since this instant.
  case destroyed(at: Instant)
  /// Nothing is wrapped under it any more, ever; but these still have it. The same once more ends it when they do not.
  case heldBy([String])
}

/// Why a master was not destroyed.
public enum DestructionObstacle: Error, Sendable, Equatable, CustomStringConvertible {
  /// No master of this database.
  case unknown(MasterKeyID)
  /// It wraps what is new.
  case isCurrent(MasterKeyID)
  /// So many keys stand under it.
  case inUse(MasterKeyID, keys: Int)
  /// These running copies would wrap something under it.
  case wrapsNew(MasterKeyID, names: [String])

  /// One sentence, and what to do about it.
  public var description: String {
    switch self {
    case .unknown(let id): "this database has never known a master key \(id)"
    case .isCurrent(let id): "the master key \(id) is the current one: ohjaustila keys rotate comes first"
    case .inUse(let id, let keys):
      "\(keys) \(keys == 1 ? "key stands" : "keys stand") under the master key \(id): ohjaustila keys rotate wraps them anew"
    case .wrapsNew(let id, let names):
      "these copies of the service still wrap under the master key \(id): \(names.joined(separator: ", ")); "
        + "they follow within seconds, try again"
    }
  }
}

/// The destruction of a master, in three steps, each of which may be the last one before a crash; the same again goes on.
///
/// First the database gives it up, in a transaction that nothing wrapped under it survives and that no copy, however far
/// behind, can wrap anything under it after. Then its file is written over and removed. Last, when no running copy has it
/// either, it is recorded as destroyed: from then on erasures count it as gone, and nothing starts where it is seen again.
struct DestroyingMaster: Sendable {
  let store: GuidanceStore
  let id: MasterKeyID
  /// How long to wait for running copies to let go of it.
  let patience: Duration

  private static let pause: Duration = .milliseconds(300)

  func run() async throws -> MasterDestruction {
    let current = try await giveUp()
    if let current { _ = store.keys.use(current) }
    if let folder = store.keys.folder {
      // A folder of this copy's own may still name the one that was current before.
      if let current { try KeyRing.makeCurrent(current, in: folder) }
      try KeyRing.destroyMaster(id, in: folder)
    }
    let deadline = ContinuousClock.now + patience
    while true {
      let outcome = try await record()
      guard case .heldBy = outcome, ContinuousClock.now < deadline else { return outcome }
      try await Task.sleep(for: Self.pause)
    }
  }

  /// - Returns: the current master.
  func giveUp() async throws -> MasterKeyID? {
    let id = id
    do {
      return try await store.scheduler.write(preamble: [store.stating(nil)]) { try Self.giveUp(id, $0) }
    } catch let error as PostgresError where error.sqlState == .foreignKeyViolation {
      // Something came under it between the count and the deletion.
      throw DestructionObstacle.inUse(id, keys: max(1, try await store.wrappedCounts().all(under: id)))
    }
  }

  private static func giveUp(_ id: MasterKeyID, _ transaction: WriteTransaction) throws -> MasterKeyID? {
    let rows = try transaction.pipeline([
      "SELECT set_config('lock_timeout', '5s', true)",
      // Waits for those who have just wrapped something under it.
      "SELECT FROM ohjaustila.master_key WHERE id = \(id.text) FOR UPDATE",
      MasterTable.selection, KeyHolder.running,
      "SELECT FROM ohjaustila.key_fingerprint WHERE kind = 'master' AND id = \(id.text)",
    ])
    let table = try MasterTable(rows[2])
    guard !rows[4].isEmpty else { throw DestructionObstacle.unknown(id) }
    guard table.current != id else { throw DestructionObstacle.isCurrent(id) }
    guard table[id] != nil else { return table.current }
    let wrapping = try rows[3].map(KeyHolder.init).filter { $0.wrapsUnder == id }
    guard wrapping.isEmpty else { throw DestructionObstacle.wrapsNew(id, names: wrapping.map(\.name)) }
    let keys = try WrappedCounts(transaction.pipeline(WrappedCounts.selections)[...]).all(under: id)
    guard keys == 0 else { throw DestructionObstacle.inUse(id, keys: keys) }
    try transaction.updateExactlyOne("DELETE FROM ohjaustila.master_key WHERE id = \(id.text)")
    return table.current
  }

  private func record() async throws -> MasterDestruction {
    let id = id
    let isHere = try isHere()
    return try await store.scheduler.write(preamble: [store.stating(nil)]) { transaction in
      let rows = try transaction.pipeline([
        "SELECT set_config('lock_timeout', '5s', true)", "LOCK TABLE ohjaustila.key_holder IN SHARE MODE",
        KeyHolder.running,
      ])
      var holders = try rows[2].map(KeyHolder.init).filter { $0.masters.contains(id) }.map(\.name)
      if isHere { holders.insert(KeyRing.mastersVariable, at: 0) }
      guard holders.isEmpty else { return .heldBy(holders) }
      let at = try transaction.exactlyOne(
        """
        UPDATE ohjaustila.key_fingerprint SET destroyed_at = coalesce(destroyed_at, ohjaustila.instant_now())
        WHERE kind = 'master' AND id = \(id.text) RETURNING destroyed_at
        """
      ) { try $0.get(0, as: Instant.self) }
      return .destroyed(at: at)
    }
  }

  /// Whether our own keys have it still: those of the environment are the operator's to take away.
  private func isHere() throws -> Bool {
    try store.keys.reload(needed: [])
    return store.keys.masterIDs.contains(id)
  }
}

extension GuidanceStore {
  /// Destroys a master that nothing is wrapped under: in the database, in this key folder, in every running copy.
  ///
  /// Physical backups from before its retirement can't be read after that. At any time once more, and so in the key folder
  /// of each copy that has its own.
  ///
  /// - Parameter patience: how long to wait for running copies to let go of it; a copy that was killed counts for fifteen
  ///   seconds.
  /// - Throws: `DestructionObstacle`, `KeyFileError`.
  public func destroyMaster(_ id: MasterKeyID, patience: Duration = .seconds(20)) async throws -> MasterDestruction {
    try await DestroyingMaster(store: self, id: id, patience: patience).run()
  }
}
