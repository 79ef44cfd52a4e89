public import Lifecycle
import Postgres
public import Vault

/// A master and what depends on it.
public struct MasterView: Sendable, Equatable {
  /// How it is with a master.
  public enum Standing: Sendable, Equatable {
    /// Among our keys, and nothing has ever been wrapped under it.
    case prepared
    /// In use, or to be used, or out of use, since then.
    case living(MasterStage, since: Instant)
    /// Given up, and its destruction not ended.
    case givenUp
    /// Gone since then.
    case destroyed(at: Instant)
  }

  /// Its name.
  public let id: MasterKeyID
  /// How it is with it.
  public let standing: Standing
  /// Whether it is among the keys of whoever asks.
  public let isHere: Bool
  /// Keys under it, of spaces, customers and notices.
  public let spaces, people, notices: Int
  /// Running copies that have it.
  public let heldBy: [String]

  /// A view as it is put together.
  public init(
    id: MasterKeyID, standing: Standing, isHere: Bool, spaces: Int, people: Int, notices: Int, heldBy: [String]
  ) {
    self.id = id
    self.standing = standing
    self.isHere = isHere
    (self.spaces, self.people, self.notices) = (spaces, people, notices)
    self.heldBy = heldBy
  }
}

extension GuidanceStore {
  /// Every master there ever was, and those that are here and were never used; the current one first.
  public func masters() async throws -> [MasterView] {
    let ours = Set(keys.masterIDs)
    let (known, counts, holders) = try await scheduler.readOnce(
      [
        stating(nil),
        """
        SELECT f.id, m.stage, m.since, f.destroyed_at FROM ohjaustila.key_fingerprint f
        LEFT JOIN ohjaustila.master_key m ON m.id = f.id WHERE f.kind = 'master'
        ORDER BY m.stage = 'current' DESC NULLS LAST, m.since DESC NULLS LAST, f.destroyed_at DESC NULLS FIRST, f.id
        """, KeyHolder.running,
      ] + WrappedCounts.selections, sharing: false
    ) { rows in
      (
        try rows[1].map { (try MasterKeyID(stored: $0.get(0)), try MasterView.Standing($0)) },
        try WrappedCounts(rows[3...]), try rows[2].map(KeyHolder.init)
      )
    }
    let prepared = ours.subtracting(known.map(\.0)).sorted { $0.text < $1.text }
    return (known + prepared.map { ($0, .prepared) }).map { id, standing in
      MasterView(
        id: id, standing: standing, isHere: ours.contains(id), spaces: counts.spaces(under: id),
        people: counts.people(under: id), notices: counts.notices(under: id),
        heldBy: holders.filter { $0.masters.contains(id) }.map(\.name))
    }
  }
}

extension MasterView.Standing {
  fileprivate init(_ row: Row) throws {
    if let stage = try row.get(1, as: MasterStage?.self) {
      self = .living(stage, since: try row.get(2))
    } else if let at = try row.get(3, as: Instant?.self) {
      self = .destroyed(at: at)
    } else {
      self = .givenUp
    }
  }
}
