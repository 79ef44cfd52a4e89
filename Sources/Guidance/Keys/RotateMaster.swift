import Foundation
import Postgres
import Synchronization
public import Vault

/// What a rotation did.
public struct RotationReport: Sendable, Equatable {
  /// The master that wraps everything now.
  public internal(set) var master: MasterKeyID
  /// Whether an earlier rotation was only finished, and no new master made.
  public internal(set) var isFinishing = false
  /// Keys wrapped anew.
  public internal(set) var rewrapped = 0
  /// Keys that nothing opens any more: they stay under their master.
  public internal(set) var damaged = 0
  /// Masters that wrap nothing any more, and may be destroyed.
  public internal(set) var retired: [MasterKeyID] = []
  /// Keys that stand under other masters all the same: damaged ones, and others that the same once more takes.
  public internal(set) var left = 0

  /// A report as it is put together.
  public init(
    master: MasterKeyID, isFinishing: Bool = false, rewrapped: Int = 0, damaged: Int = 0, retired: [MasterKeyID] = [],
    left: Int = 0
  ) {
    self.master = master
    self.isFinishing = isFinishing
    self.rewrapped = rewrapped
    self.damaged = damaged
    self.retired = retired
    self.left = left
  }
}

/// How far a rotation is.
public enum RotationProgress: Sendable, Equatable {
  /// These copies do not have the master yet.
  case copiesBehind(MasterKeyID, names: [String])
  /// The master wraps what is new.
  case activated(MasterKeyID)
  /// So many keys of so many are wrapped anew.
  case rewrapped(Int, of: Int)
  /// These copies do not use the master yet.
  case copiesWrapOtherwise(MasterKeyID, names: [String])
}

/// Why a rotation did not come about. Nothing is wrapped otherwise than before.
public enum RotationObstacle: Error, Sendable, Equatable, CustomStringConvertible {
  /// The keys are in the environment, and there is no new one among them.
  case noNewMaster
  /// An earlier rotation announced a master that is not here.
  case announcedElsewhere(MasterKeyID)
  /// A running copy does not have the new master, and time is up.
  case copiesBehind(MasterKeyID, names: [String])
  /// A key that was known under another name.
  case knownKey(MasterKeyID, as: String)
  /// Another rotation came between.
  case overtaken

  /// One sentence, and what to do about it.
  public var description: String {
    switch self {
    case .noNewMaster:
      "there is no new master among the keys of \(KeyRing.mastersVariable): put what ohjaustila keys new prints "
        + "before or behind those there are, for every copy, restart them, and rotate again"
    case .announcedElsewhere(let id):
      "the master key \(id) was announced and is not here: bring master-\(id).key into this key folder, "
        + "or give it up with ohjaustila keys destroy \(id)"
    case .copiesBehind(let id, let names):
      "these copies of the service do not have the master key \(id): \(names.joined(separator: ", ")); "
        + "bring it to them and rotate again, or give it up with ohjaustila keys destroy \(id)"
    case .knownKey(let id, let name):
      "the master key \(id) is the key that was called \(name): a new one has to be random"
    case .overtaken: "another rotation came between; look at ohjaustila keys list"
    }
  }
}

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
  private static let pause: Duration = .milliseconds(300)

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

  // MARK: - The change

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
      let behind = try rows[2].map(KeyHolder.init).filter { !$0.masters.contains(master) }
      guard behind.isEmpty else { return behind.map(\.name) }
      try transaction.enqueue(
        """
        UPDATE ohjaustila.master_key SET stage = 'retiring', since = ohjaustila.instant_now() WHERE stage = 'current'
        """)
      try transaction.enqueueUpdatingExactlyOne(
        """
        UPDATE ohjaustila.master_key SET stage = 'current', since = ohjaustila.instant_now()
        WHERE id = \(master.text) AND stage = 'announced'
        """)
      return []
    }
  }

  /// Waits, but not for ever, until every running copy wraps under the master: a copy that does not yet is no harm, only
  /// more to rewrap.
  private func waitForUse(of master: MasterKeyID) async throws {
    let deadline = ContinuousClock.now + patience
    while ContinuousClock.now < deadline {
      let others = try await store.runningHolders().filter { $0.wrapsUnder != master }
      guard !others.isEmpty else { return }
      progress(.copiesWrapOtherwise(master, names: others.map(\.name)))
      try await Task.sleep(for: Self.pause)
    }
  }

  // MARK: - The rewrapping

  /// Goes through what is left until nothing is but what is damaged, or always held by others.
  private func rewrap(_ report: inout RotationReport) async throws {
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
  private func retire(_ report: inout RotationReport) async throws {
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

extension GuidanceStore {
  /// The copies of the service that run now.
  public func runningHolders() async throws -> [KeyHolder] {
    try await scheduler.readOnce([stating(nil), KeyHolder.running]) { try $0[1].map(KeyHolder.init) }
  }

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
