public import Lifecycle
public import Postgres

/// How many spaces of a register will enter a state on a local day, as the timelines stand now.
public struct ForecastDay: Sendable, Equatable {
  /// In the zone of the policies.
  public let day: CivilDate
  /// Whose policy.
  public let register: String
  /// What they will enter.
  public let state: State
  /// How many.
  public let spaces: Int
}

extension GuidanceStore {
  /// What will cross on which local day, for an operator: counts only.
  ///
  /// - Parameter days: from today on, 1–3660.
  public func forecast(days: Int, for caller: Caller) async throws -> [ForecastDay] {
    guard caller.identity.isOperator else { throw Refusal.forbidden(.operatorOnly) }
    return try await forecast(days: days)
  }

  /// The same for whoever runs the program itself.
  public func forecast(days: Int) async throws -> [ForecastDay] {
    let zoneName = zone.name
    return try await scheduler.readOnce([
      stating(nil),
      """
      WITH crossing AS (
        SELECT register, 'reactivatable' AS state, closes_at AS at FROM ohjaustila.space WHERE closes_at < seals_at
        UNION ALL SELECT register, 'closed', seals_at FROM ohjaustila.space WHERE seals_at < archives_at
        UNION ALL SELECT register, 'archived', archives_at FROM ohjaustila.space WHERE archives_at < erases_at
        UNION ALL SELECT register, 'erased', erases_at FROM ohjaustila.space WHERE erases_at < 'infinity')
      SELECT (at AT TIME ZONE \(zoneName))::date AS day, register, state, count(*)
      FROM crossing WHERE at > ohjaustila.instant_now()
        AND at < ohjaustila.instant_now() + make_interval(days => \(Int32(days)))
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
      """,
    ]) { rows in
      try rows[1].map { row in
        ForecastDay(
          day: try row.get(0), register: try row.get(1), state: try row.get(2), spaces: try row.get(3))
      }
    }
  }
}

extension State: PostgresRepresentable {
  /// The state's code.
  public typealias PostgresValue = String
}
