import Foundation
import Lifecycle
import Logging
import Postgres
public import Vault

/// What stands under a master that nobody has any more: nobody opens it again.
public struct LostKeys: Sendable, Equatable {
  /// Spaces whose content is lost.
  public let spaces: [ID<Space>]
  /// Customers whose own address and name are; in the spaces whose keys are at hand they stand all the same.
  public let people: [ID<Person>]
  /// Notices of erasures that can't be sent any more.
  public let notices: Int

  /// All keys together: what an operator confirms.
  public var count: Int { spaces.count + people.count + notices }
}

/// Why a master was not given up as lost.
public enum ForfeitObstacle: Error, Sendable, Equatable, CustomStringConvertible {
  /// No living master of this database.
  case unknown(MasterKeyID)
  /// It is not lost.
  case heldBy(MasterKeyID, [String])
  /// The operator knows of another number of keys.
  case otherCount(MasterKeyID, keys: Int)

  /// One sentence, and what to do about it.
  public var description: String {
    switch self {
    case .unknown(let id): "no master key \(id) lives in this database"
    case .heldBy(let id, let names): "the master key \(id) is not lost: \(names.joined(separator: ", ")) has it"
    case .otherCount(let id, let keys):
      "\(keys) keys stand under the master key \(id): say that you know by --confirm \(keys)"
    }
  }
}

extension GuidanceStore {
  /// What would be lost for good with a master.
  ///
  /// - Throws: `ForfeitObstacle`.
  public func keysLost(with id: MasterKeyID) async throws -> LostKeys {
    try await scheduler.write(preamble: [stating(nil)]) { try self.lostKeys(id, $0).lost }
  }

  /// Accepts that nobody has a master any more, so that everything else may be served. What stands under it stays where it
  /// is until its time is over: should the key be found, it opens. Each space's journal says what happened.
  ///
  /// - Parameter keys: how many keys the operator knows to be lost by that.
  /// - Throws: `ForfeitObstacle`.
  @discardableResult
  public func forfeitMaster(_ id: MasterKeyID, confirming keys: Int) async throws -> LostKeys {
    let current = self.keys.currentMaster
    let own = self.keys.fingerprints.first { $0.kind == "master" && $0.id == current.text }
    let (lost, table) = try await scheduler.write(preamble: [stating(nil)]) { transaction in
      let (lost, table) = try self.lostKeys(id, transaction)
      guard lost.count == keys else { throw ForfeitObstacle.otherCount(id, keys: lost.count) }
      try transaction.enqueue(
        "UPDATE ohjaustila.master_key SET stage = 'lost', since = ohjaustila.instant_now() WHERE id = \(id.text)")
      if table.current == id, let own { try Self.makeCurrent(own, transaction) }
      try Self.journal(id, lost.spaces, transaction)
      return (lost, try MasterTable(transaction.pipeline([MasterTable.selection])[0]))
    }
    adopt(table)
    logger.warning("a master key was given up as lost", metadata: ["master": "\(id)", "keys": "\(lost.count)"])
    return lost
  }

  private func lostKeys(_ id: MasterKeyID, _ transaction: WriteTransaction) throws -> (lost: LostKeys, MasterTable) {
    let rows = try transaction.pipeline([
      "SELECT set_config('lock_timeout', '5s', true)",
      // Waits for those who have just wrapped something under it.
      "SELECT FROM ohjaustila.master_key WHERE id = \(id.text) FOR UPDATE",
      MasterTable.selection, KeyHolder.running,
      "SELECT space_id FROM ohjaustila.space_secret WHERE master_id = \(id.text) ORDER BY space_id",
      "SELECT id FROM ohjaustila.people_under(\(id.text), \(Self.first), \(Int.max))",
      "SELECT count(*) FROM ohjaustila.delivery WHERE master_id = \(id.text)",
    ])
    let table = try MasterTable(rows[2])
    guard table[id] != nil else { throw ForfeitObstacle.unknown(id) }
    var holders = try rows[3].map(KeyHolder.init).filter { $0.masters.contains(id) }.map(\.name)
    if keys.masterIDs.contains(id) { holders.insert("this installation", at: 0) }
    guard holders.isEmpty else { throw ForfeitObstacle.heldBy(id, holders) }
    let lost = LostKeys(
      spaces: try rows[4].map { try $0.get(0) }, people: try rows[5].map { try $0.get(0) },
      notices: try rows[6].exactlyOne().get(0))
    return (lost, table)
  }

  /// Before all identifiers.
  private static let first = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

  /// The lost one wrapped what is new: another of ours does from now on.
  private static func makeCurrent(_ key: KeyFingerprint, _ transaction: WriteTransaction) throws {
    try transaction.enqueue(
      """
      INSERT INTO ohjaustila.key_fingerprint (kind, id, digest)
      VALUES ('master', \(key.id), \(Bytea(key.digest))) ON CONFLICT DO NOTHING
      """)
    try transaction.enqueue(
      """
      INSERT INTO ohjaustila.master_key (id, stage, since) VALUES (\(key.id), 'current', ohjaustila.instant_now())
      ON CONFLICT (id) DO UPDATE SET stage = excluded.stage, since = excluded.since
      """)
  }

  private static let journaledAtOnce = 1000

  private static func journal(
    _ id: MasterKeyID, _ spaces: [ID<Space>], _ transaction: WriteTransaction
  ) throws {
    for start in stride(from: 0, to: spaces.count, by: journaledAtOnce) {
      let some = Array(spaces[start..<min(start + journaledAtOnce, spaces.count)])
      let rows = try transaction.pipeline([
        "SELECT \(Space.columns) FROM ohjaustila.space s WHERE s.id = ANY (\(some)) ORDER BY s.id FOR NO KEY UPDATE",
        "SELECT ohjaustila.instant_now()",
      ])
      let now = try rows[1].exactlyOne().get(0, as: Instant.self)
      var (journal, heads, ids) = (JournalColumns(), [JournalHead](), [ID<Space>]())
      for space in try rows[0].map(Space.init) {
        var head = space.journal
        let at = max(now, head.at)
        let entry = JournalEntry(
          "keyLost", effectiveAt: at, recordedAt: at, actor: .scheduler, details: [("master", id.text)])
        journal.append(head.append(entry, of: space.id))
        heads.append(head)
        ids.append(space.id)
      }
      try transaction.enqueue(journal.insertion)
      try transaction.enqueue(
        """
        UPDATE ohjaustila.space s SET version = s.version + 1, journal_seq = u.seq, journal_hash = u.hash,
          journal_at = u.at
        FROM unnest(\(ids), \(heads.map(\.sequence)), \(heads.map { Bytea($0.hash) }), \(heads.map(\.at)))
          AS u (id, seq, hash, at)
        WHERE s.id = u.id
        """)
    }
  }
}
