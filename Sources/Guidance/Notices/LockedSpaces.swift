import Lifecycle
import Postgres

/// The spaces of some notices, as far as nobody else is changing them.
///
/// Locked because whether a notice is pointless must not change between the decision and the lease, and because it may
/// have to be journaled. Never waited for: their holder may want the very rows that this transaction holds.
struct LockedSpaces {
  let spaces: [ID<Space>: Space]
  /// Those that exist, locked or not.
  private let existing: Set<ID<Space>>
  /// Now, taken after the locks.
  let now: Instant

  /// What became of one space.
  enum Standing {
    case locked(Space)
    /// Somebody is changing it.
    case busy
    /// Its time is over: erased in a moment, or held for as long as nobody confirms so many erasures.
    case over
    case gone
  }

  static func queries(_ ids: [ID<Space>]) -> [Query] {
    [
      """
      SELECT \(Space.columns) FROM ohjaustila.space s WHERE s.id = ANY (\(ids)) ORDER BY s.id
      FOR NO KEY UPDATE SKIP LOCKED
      """,
      "SELECT id FROM ohjaustila.space WHERE id = ANY (\(ids))",
      "SELECT ohjaustila.instant_now()",
    ]
  }

  /// Reads what the queries gave.
  init(_ rows: ArraySlice<Rows>) throws {
    let rows = Array(rows)
    spaces = Dictionary(uniqueKeysWithValues: try rows[0].map(Space.init).map { ($0.id, $0) })
    existing = Set(try rows[1].map { try $0.get(0, as: ID<Space>.self) })
    now = try rows[2].exactlyOne().get(0)
  }

  /// Now for a space: no earlier than the last entry of its journal.
  func now(of space: Space) -> Instant { max(now, space.journal.at) }

  func standing(of id: ID<Space>) -> Standing {
    guard let space = spaces[id] else { return existing.contains(id) ? .busy : .gone }
    return space.timeline.state(at: now(of: space)) == .erased ? .over : .locked(space)
  }
}
