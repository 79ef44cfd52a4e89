import Foundation
import Logging
import Postgres
import Synchronization
import Vault

/// One running copy's part in rotations: it says which masters it has, and follows the database in which one to use.
///
/// A rotation makes no master current before every running copy has said that it has it. A copy says so for the first time
/// before it serves, and finds out behind that whether it has what there is: either the rotation sees it, or it sees the
/// rotation.
public struct KeyWatch: Sendable {
  private let store: GuidanceStore
  private let copy = UUID()
  private let name: String

  /// How often to look.
  public static let pause: Duration = .seconds(2)

  /// - Parameter name: of this copy, for the operator: host and process.
  public init(store: GuidanceStore, name: String) {
    self.store = store
    self.name = String(name.prefix(200))
  }

  /// Looks for the first time, before anything is answered.
  ///
  /// - Throws: `WrongKeys.missing` for a master that something may be wrapped under.
  public func enter() async throws {
    try await forgetOthers()
    try await look()
    if let missing = store.missingMasters.withLock({ $0.first }) {
      await leave()
      throw WrongKeys.missing(kind: "master", id: missing.text)
    }
  }

  /// Says what this copy has, and takes up what it finds: once more where it found something new.
  public func look() async throws {
    if try await follow() { _ = try await follow() }
  }

  /// Says that this copy runs no longer.
  public func leave() async {
    let copy = copy
    _ = try? await store.scheduler.write { try $0.execute("DELETE FROM ohjaustila.key_holder WHERE copy = \(copy)") }
  }

  /// Copies that were killed could not say that they left. One that was only away for so long says it all again.
  private func forgetOthers() async throws {
    _ = try await store.scheduler.write(preamble: [store.stating(nil)]) {
      try $0.execute("DELETE FROM ohjaustila.key_holder WHERE seen_at < ohjaustila.instant_now() - interval '1 hour'")
    }
  }

  /// - Returns: whether what this copy has, or uses, is other than it said.
  private func follow() async throws -> Bool {
    let ring = store.keys
    let said = (ring.masterIDs, ring.currentMaster)
    let table = try await writing { try await register(said.0, wrapsUnder: said.1) }
    let alone: Set<MasterKeyID>
    do {
      alone = try ring.reload(needed: table.needed)
    } catch {
      store.logger.error("the key folder can't be read; the keys in memory stay", metadata: ["error": "\(error)"])
      alone = []
    }
    for id in alone.sorted(by: { $0.text < $1.text }) {
      store.logger.critical(
        "a master key that is needed is not in the key folder any more; this process has the last copy of it it knows",
        metadata: ["master": "\(id)"])
    }
    store.adopt(table)
    return said != (ring.masterIDs, ring.currentMaster)
  }

  /// Remembers whether the database could be written.
  private func writing<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      let value = try await body()
      store.isReadOnly.withLock { $0 = false }
      return value
    } catch {
      let isRefused = (error as? PostgresError)?.sqlState.map { SQLState.unwritable.contains($0) } ?? false
      store.isReadOnly.withLock { $0 = isRefused }
      throw error
    }
  }

  private func register(_ masters: [MasterKeyID], wrapsUnder current: MasterKeyID) async throws -> MasterTable {
    let (copy, name) = (copy, name)
    return try await store.scheduler.write(preamble: [store.stating(nil)]) { transaction in
      // What a crash loses of it is said again two seconds later.
      try transaction.enqueue("SELECT set_config('synchronous_commit', 'off', true)")
      try transaction.enqueue(
        """
        INSERT INTO ohjaustila.key_holder (copy, name, master_ids, wraps_under, seen_at)
        VALUES (\(copy), \(name), \(masters.map(\.text)), \(current.text), ohjaustila.instant_now())
        ON CONFLICT (copy) DO UPDATE SET master_ids = excluded.master_ids, wraps_under = excluded.wraps_under,
          seen_at = excluded.seen_at
        """)
      return try MasterTable(transaction.pipeline([MasterTable.selection])[0])
    }
  }
}

extension GuidanceStore {
  /// Uses the master that the database calls current, and remembers which are missing.
  func adopt(_ table: MasterTable) {
    if let current = table.current { _ = keys.use(current) }
    keys.giveUp(Set(table.ids(.lost)))
    let missing = table.needed.subtracting(keys.masterIDs).sorted { $0.text < $1.text }
    let before = missingMasters.withLock { known in
      defer { known = missing }
      return known
    }
    guard missing != before else { return }
    if missing.isEmpty { return logger.notice("every master key is at hand again") }
    logger.critical(
      "data is sealed under master keys that are not here: what they open is answered with 503",
      metadata: ["masters": "\(missing.map(\.text).joined(separator: " "))"])
  }
}
