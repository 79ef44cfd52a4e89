import Postgres
import Synchronization

/// Erasures that are late, in the whole installation: nobody sees what is to be erased, and it is still there.
public struct ErasureFigures: Sendable {
  /// Spaces whose time is over and whose key is still there, up to `InstallationFigures.most`; nothing of them is seen.
  public let overdue: Int
  /// How long ago the first of them was due; nought when there is none.
  public let oldestOverdue: Duration
  /// Erased spaces of which ciphertext may still be there, likewise.
  public let undestroyed: Int
  /// How long ago the first of them was erased.
  public let oldestUndestroyed: Duration
}

/// What an operator has to look after though requests are answered.
public enum Degradation: String, Sendable, CaseIterable {
  /// Nothing is erased: the ledger is damaged, another's, or can't be written.
  case erasureLedger
  /// Erasures wait for a confirmation.
  case erasuresHeld
  /// What was to be erased an hour ago is still there.
  case erasuresOverdue
  /// What was erased a day ago has left ciphertext.
  case ciphertextLeft
}

extension GuidanceStore {
  /// How late erasures are. Two indexes are asked for what is due.
  public func erasureFigures() async throws -> ErasureFigures {
    try await scheduler.readOnce([
      stating(nil),
      """
      SELECT count(*), coalesce(extract(epoch FROM ohjaustila.instant_now() - min(erases_at))::bigint, 0) FROM (
        SELECT s.erases_at FROM ohjaustila.due d JOIN ohjaustila.space s ON s.id = d.space_id
        WHERE d.at <= ohjaustila.instant_now() AND s.erases_at <= ohjaustila.instant_now()
        ORDER BY d.at LIMIT \(InstallationFigures.most)) late
      """,
      """
      SELECT count(*), coalesce(extract(epoch FROM ohjaustila.instant_now() - min(erased_at))::bigint, 0) FROM (
        SELECT erased_at FROM ohjaustila.tombstone WHERE destroyed_at IS NULL
        ORDER BY erased_at LIMIT \(InstallationFigures.most)) left_over
      """,
    ]) { rows in
      let (late, left) = (try rows[1].exactlyOne(), try rows[2].exactlyOne())
      return ErasureFigures(
        overdue: try late.get(0), oldestOverdue: .seconds(try late.get(1, as: Int.self)), undestroyed: try left.get(0),
        oldestUndestroyed: .seconds(try left.get(1, as: Int.self)))
    }
  }

  /// What to look after, as the last sweep here and the database know it; asks for no more than whether there is any.
  public func degradations() async throws -> [Degradation] {
    let (overdue, left) = try await scheduler.readOnce([
      stating(nil),
      """
      SELECT EXISTS (
          SELECT FROM ohjaustila.due d JOIN ohjaustila.space s ON s.id = d.space_id
          WHERE d.at <= ohjaustila.instant_now() - interval '1 hour'
            AND s.erases_at <= ohjaustila.instant_now() - interval '1 hour'),
        EXISTS (
          SELECT FROM ohjaustila.tombstone
          WHERE destroyed_at IS NULL AND erased_at <= ohjaustila.instant_now() - interval '1 day')
      """,
    ]) { rows in
      let row = try rows[1].exactlyOne()
      return (try row.get(0, as: Bool.self), try row.get(1, as: Bool.self))
    }
    let there: [Degradation: Bool] = [
      .erasureLedger: ledgerTrouble != nil, .erasuresHeld: sweepTotals.withLock { $0.erasuresHeld > 0 },
      .erasuresOverdue: overdue, .ciphertextLeft: left,
    ]
    return Degradation.allCases.filter { there[$0] ?? false }
  }
}
