public import Lifecycle
import Postgres

extension GuidanceStore {
  /// How far the clocks of service and database may be apart before the service says that it is not ready.
  public static let readySkew: Duration = .seconds(1)
  /// Beyond this nothing is destroyed.
  public static let destructionSkew: Duration = .seconds(5)

  /// Reads the database's clock and the development shift; to be called now and then.
  ///
  /// - Returns: how far the two clocks are apart.
  @discardableResult
  public func readClocks() async throws -> Duration {
    let before = GuidanceClock.systemMicroseconds
    let (database, shift) = try await service.readOnce([
      """
      SELECT statement_timestamp(),
        (SELECT (extract(epoch FROM shift) * 1000000)::bigint FROM ohjaustila.dev_clock)
      """
    ]) { rows in
      let row = try rows[0].exactlyOne()
      return (try row.get(0, as: Instant.self), try row.get(1, as: Int?.self))
    }
    // The database answered somewhere between the two readings: the middle is off by half the round trip at most.
    let middle = (before + GuidanceClock.systemMicroseconds) / 2
    clock.setSkew(microseconds: middle - database.microseconds)
    if clock.isMovable { clock.setShift(microseconds: Int64(shift ?? 0)) }
    return clock.skew
  }

  /// Whether the database carries a development clock, which production refuses to open.
  public func hasDevelopmentClock() async throws -> Bool {
    try await service.readOnce(["SELECT EXISTS (SELECT FROM ohjaustila.dev_clock WHERE shift > interval '0')"]) {
      rows in
      try rows[0].exactlyOne().get(0)
    }
  }

  /// Moves the development clock forward to an instant, for every copy and the command line.
  ///
  /// - Throws: `Refusal.invalid` for an instant that is not later than now: the clock never goes back.
  public func moveClock(to target: Instant) async throws {
    precondition(clock.isMovable, "only a development clock is moved")
    let moved = try await service.write(preamble: [stating(nil)]) { transaction in
      try transaction.execute(
        """
        INSERT INTO ohjaustila.dev_clock AS c (only_row, shift)
        SELECT true, \(target) - statement_timestamp() WHERE \(target) > ohjaustila.instant_now()
        ON CONFLICT (only_row) DO UPDATE SET shift = excluded.shift WHERE excluded.shift > c.shift
        """)
    }
    guard moved == 1 else { throw Refusal.invalid(field: "/to", rule: "is later than now: the clock never goes back") }
    try await readClocks()
    _ = events.tick(clock.now)
  }

  /// The instant that a calendar advance from now leads to.
  public func advanced(by amount: AdvanceAmount) -> Instant {
    let now = clock.now
    guard amount.period != .zero else { return now + amount.time }
    // The local time of day is kept: so many local days later, as far into the day as now is into today.
    let today = zone.date(of: now)
    let intoDay = zone.startOfDay(today).duration(to: now)
    return zone.startOfDay(today.adding(amount.period)) + intoDay + amount.time
  }
}
