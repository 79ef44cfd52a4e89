import Foundation
import Postgres
import Vault

/// The rotation of the master: a new one wraps every living key, and the old one none.
///
/// Where it stands is in the database: cut off anywhere, the same once more goes on. In order: the new master's file; the
/// announcement; when every running copy has it, the change of the current one; the rewrapping; when every running copy
/// uses it, the retirement of the old one, after a look whether anything is left under it.
struct Rotation: Sendable {
  let store: GuidanceStore
  var rewrapping: Rewrapping
  /// How long to wait for running copies.
  let patience: Duration
  let progress: @Sendable (RotationProgress) -> Void

  /// How long to wait before looking again.
  static let pause: Duration = .milliseconds(300)

  func run(evenIfUnfinished: Bool) async throws -> RotationReport {
    let (master, isFinishing) = try await begin(evenIfUnfinished: evenIfUnfinished)
    try await activate(master)
    var report = RotationReport(master: master, isFinishing: isFinishing)
    try await rewrap(&report)
    try await waitForUse(of: master)
    // What copies wrapped under the old one meanwhile.
    try await rewrap(&report)
    try await retire(&report)
    return report
  }

  // MARK: - A master to change to

  /// - Returns: the master to change to, or the current one when only rewrapping is left.
  private func begin(evenIfUnfinished: Bool) async throws -> (MasterKeyID, isFinishing: Bool) {
    let table = try await table()
    try store.keys.reload(needed: table.needed)
    store.adopt(table)
    if let announced = table.announced {
      guard store.keys.masterIDs.contains(announced) else { throw RotationObstacle.announcedElsewhere(announced) }
      return (announced, false)
    }
    let current = store.keys.currentMaster
    if !evenIfUnfinished {
      let left = try await store.wrappedCounts().others(than: current)
      if !left.isEmpty || !table.ids(.retiring).isEmpty { return (current, true) }
    }
    return (try await announce(newMaster()), false)
  }

  private func table() async throws -> MasterTable {
    try await store.scheduler.readOnce([MasterTable.selection]) { try MasterTable($0[0]) }
  }

  /// One that the keys have and the database has never known, else one that is made in the folder.
  private func newMaster() async throws -> KeyFingerprint {
    let known = try await knownMasters()
    if let prepared = try unknown(known) { return prepared }
    guard let folder = store.keys.folder else { throw RotationObstacle.noNewMaster }
    let made = try KeyRing.makeMaster(in: folder)
    try store.keys.reload(needed: Set(store.keys.masterIDs))
    guard let fingerprint = try unknown(known), fingerprint.id == made.text else { throw RotationObstacle.overtaken }
    return fingerprint
  }

  private func unknown(_ known: [KeyFingerprint]) throws(RotationObstacle) -> KeyFingerprint? {
    let own = store.keys.fingerprints.first { own in
      own.kind == "master" && !known.contains { $0.id == own.id }
    }
    if let own, let same = known.first(where: { $0.digest == own.digest }), let id = MasterKeyID(own.id) {
      throw .knownKey(id, as: same.id)
    }
    return own
  }

  private func knownMasters() async throws -> [KeyFingerprint] {
    try await store.scheduler.readOnce([
      "SELECT id, digest FROM ohjaustila.key_fingerprint WHERE kind = 'master'"
    ]) { rows in
      try rows[0].map {
        KeyFingerprint(kind: "master", id: try $0.get(0), digest: try $0.get(1, as: Bytea.self).bytes)
      }
    }
  }

  private func announce(_ key: KeyFingerprint) async throws -> MasterKeyID {
    do {
      try await store.scheduler.write(preamble: [store.stating(nil)]) { transaction in
        try transaction.enqueue(
          """
          INSERT INTO ohjaustila.key_fingerprint (kind, id, digest) VALUES ('master', \(key.id), \(Bytea(key.digest)))
          """)
        try transaction.enqueue(
          """
          INSERT INTO ohjaustila.master_key (id, stage, since) VALUES (\(key.id), 'announced', ohjaustila.instant_now())
          """)
      }
    } catch let error as PostgresError where error.sqlState == .uniqueViolation {
      throw RotationObstacle.overtaken
    }
    return try MasterKeyID(stored: key.id)
  }
}

extension GuidanceStore {
  /// Finishes the rotation of the master that is unfinished, else begins one and carries it out.
  ///
  /// Beside openings, writes, erasures and sweeps, in any copy or on the command line; at any time once more.
  ///
  /// - Parameters:
  ///   - evenIfUnfinished: begin a new one though keys are left under earlier masters (damaged ones).
  ///   - patience: how long to wait for running copies to have, and to use, the new master.
  /// - Throws: `RotationObstacle`; `UnwrapError.unknownMaster` for a master that is not here; `KeyFileError`.
  public func rotateMaster(
    evenIfUnfinished: Bool = false, patience: Duration = .seconds(60),
    progress: @escaping @Sendable (RotationProgress) -> Void = { _ in }
  ) async throws -> RotationReport {
    try await Rotation(
      store: self, rewrapping: Rewrapping(store: self), patience: patience, progress: progress
    ).run(evenIfUnfinished: evenIfUnfinished)
  }
}
