public import Lifecycle
import Postgres
import Synchronization

/// How many spaces of a register may be erased in a day before somebody is asked.
///
/// Spaces live a year and a half, so that on an average day one in 550 goes; the standard limit is 27 times that, and a
/// week that the scheduler missed stays well below it. Small installations, where a single course may end on one day, have
/// the number. What passes both is more likely a mistake in a policy or a clock than the end of that many lives.
public struct ErasureLimit: Sendable, Equatable {
  /// So many are erased in any case.
  public var spaces = 1000
  /// And so many of a hundred spaces of the register.
  public var percent = 5

  /// The standard limit.
  public init() {}

  /// The greater of the two.
  func most(of living: Int) -> Int { max(spaces, living * percent / 100) }
}

/// Erasures that wait for somebody's word: the spaces are hidden from everybody, and their keys are kept.
public struct HeldErasures: Sendable, Equatable, CustomStringConvertible {
  /// Whose policy.
  public let register: String
  /// Spaces that are to be erased.
  public let due: Int
  /// Spaces erased in the day before, or since the confirmation that is in force.
  public let erased: Int
  /// How many both together may be.
  public let limit: Int

  /// One sentence for the log.
  public var description: String {
    "erasures are held: in the register \(register) \(due) are due after \(erased) in the last day, which is more than "
      + "\(limit); look into it, and let them go by ohjaustila sweep --confirm-erasures \(due)"
  }
}

/// Stops erasures that are too many, once a sweep for all of them: nothing is erased before the question is answered.
///
/// What it decides by is in the database, so that all copies obey: what is due, what was erased, what was confirmed.
final class ErasureBreaker: Sendable {
  private let answer = Mutex<[HeldErasures]?>(nil)

  /// What is held; nil where nothing came that had to be asked about.
  var known: [HeldErasures]? { answer.withLock(\.self) }

  /// Whether a register's erasures are held. The first question of a sweep is answered by the database.
  func holds(_ register: String, store: GuidanceStore, _ transaction: WriteTransaction) throws -> Bool {
    let held: [HeldErasures]
    if let known = answer.withLock(\.self) {
      held = known
    } else {
      held = try HeldErasures.read(transaction.pipeline([HeldErasures.counting(asOf: nil, store)])[0], store)
      answer.withLock { $0 = held }
    }
    return held.contains { $0.register == register }
  }
}

extension HeldErasures {
  /// How long a confirmation is in force: a day for the erasing, and until what was erased in its first hour is no longer
  /// of the last day.
  private static let confirmationHours: Int32 = 25

  /// By register: what is due, what was erased, what was confirmed, and, only where it matters, how many spaces there are.
  static func counting(asOf instant: Instant?, _ store: GuidanceStore) -> Query {
    """
    WITH moment AS (SELECT coalesce(\(instant), ohjaustila.instant_now()) AS at),
    confirmed AS (
      SELECT DISTINCT ON (c.register) c.register, c.confirmed_at, c.spaces
      FROM ohjaustila.erasure_confirmation c, moment m
      WHERE c.confirmed_at > m.at - make_interval(hours => \(confirmationHours))
      ORDER BY c.register, c.confirmed_at DESC),
    erasing AS (
      SELECT s.register, count(*) AS spaces
      FROM moment m, ohjaustila.due d JOIN ohjaustila.space s ON s.id = d.space_id
      WHERE d.at <= m.at AND s.erases_at <= m.at GROUP BY s.register),
    counted AS (
      SELECT e.register, e.spaces, coalesce(c.spaces, 0) AS confirmed,
        (SELECT count(*) FROM ohjaustila.tombstone t WHERE t.register = e.register
          AND t.erased_at > greatest(m.at - interval '24 hours', c.confirmed_at)) AS erased
      FROM erasing e CROSS JOIN moment m LEFT JOIN confirmed c ON c.register = e.register)
    SELECT n.register, n.spaces, n.erased, n.confirmed,
      CASE WHEN n.spaces + n.erased > n.confirmed + \(store.options.erasureLimit.spaces)
        THEN (SELECT count(*) FROM ohjaustila.space s WHERE s.register = n.register) ELSE 0 END
    FROM counted n ORDER BY n.register
    """
  }

  /// Those of the counted registers that are beyond their limit.
  static func read(_ rows: Rows, _ store: GuidanceStore) throws -> [HeldErasures] {
    try rows.map { row in
      let (due, erased) = (try row.get(1, as: Int.self), try row.get(2, as: Int.self))
      let limit = try store.options.erasureLimit.most(of: row.get(4)) + row.get(3, as: Int.self)
      return HeldErasures(register: try row.get(0), due: due, erased: erased, limit: limit)
    }.filter { $0.due + $0.erased > $0.limit }
  }
}

extension GuidanceStore {
  /// The erasures that a sweep holds now, or would hold at an instant.
  public func heldErasures(asOf instant: Instant? = nil) async throws -> [HeldErasures] {
    try await scheduler.readOnce([stating(nil), HeldErasures.counting(asOf: instant, self)]) {
      try HeldErasures.read($0[1], self)
    }
  }

  /// Lets the erasures go that are held now; the next sweep carries them out, whichever copy runs it.
  ///
  /// The confirmation is for as many as are held at this moment. What comes on top of them later is counted against the
  /// usual limit.
  ///
  /// - Parameter most: as many as the caller knows of.
  /// - Returns: how many were confirmed; nought when none is held.
  /// - Throws: `Refusal.invalid` when more are held than the caller knows of.
  @discardableResult
  public func confirmErasures(upTo most: Int) async throws -> Int {
    try await scheduler.write(preamble: [stating(nil)]) { transaction in
      let held = try HeldErasures.read(
        transaction.pipeline([HeldErasures.counting(asOf: nil, self)])[0], self)
      let due = held.reduce(0) { $0 + $1.due }
      guard due <= most else {
        throw Refusal.invalid(field: "/confirmErasures", rule: "is at least \(due), as many as are held")
      }
      for register in held {
        try transaction.enqueue(
          """
          INSERT INTO ohjaustila.erasure_confirmation (register, confirmed_at, spaces)
          VALUES (\(register.register), ohjaustila.instant_now(), \(register.due)) ON CONFLICT DO NOTHING
          """)
      }
      // What somebody holds at this moment is tried again a little later by itself.
      try transaction.enqueue(
        """
        UPDATE ohjaustila.due SET retry_at = '-infinity' WHERE space_id IN (
          SELECT d.space_id FROM ohjaustila.due d JOIN ohjaustila.space s ON s.id = d.space_id
          WHERE d.at <= ohjaustila.instant_now() AND s.erases_at <= ohjaustila.instant_now()
            AND s.register = ANY (\(held.map(\.register))) FOR UPDATE OF d SKIP LOCKED)
        """)
      return due
    }
  }
}
