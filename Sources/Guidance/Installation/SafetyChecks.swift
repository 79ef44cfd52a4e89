import Lifecycle
import Postgres
import Synchronization
public import Vault

/// Why the service does not start on this database.
public enum UnsafeDatabase: Error, CustomStringConvertible, Equatable {
  /// A login role has rights that would make row-level security void.
  case tooPowerful(role: String, because: String)
  /// The database carries a development clock.
  case developmentClock
  /// PostgreSQL's time zone data and the system's disagree.
  case zoneDiffers(zone: String, year: Int)

  /// One sentence for the log of a start that failed.
  public var description: String {
    switch self {
    case .tooPowerful(let role, let because):
      "the database role \(role) must not be used to serve: \(because); row-level security would not bind it"
    case .developmentClock:
      "this database carries a moved development clock: it is good for --dev only"
    case .zoneDiffers(let zone, let year):
      "the system's and PostgreSQL's time zone data disagree about \(zone) in \(year); update the older of the two"
    }
  }
}

extension GuidanceStore {
  /// Refuses a database that the service could not keep its promises on. To be called before anything is answered.
  public func checkDatabase() async throws { try await check(replacingLost: false) }

  /// The same, where the key that archives were signed with is lost for good: this installation's current one takes its
  /// place.
  public func checkDatabaseReplacingLostKey() async throws { try await check(replacingLost: true) }

  private func check(replacingLost: Bool) async throws {
    try await checkDatabaseButKeys()
    try await checkKeys()
    try await checkArchiveKeys(replacingLost: replacingLost)
  }

  /// The same for a command that looks after master keys: it has to work where keys are not in order.
  public func checkDatabaseButKeys() async throws {
    try await check(service)
    try await check(scheduler)
    try await check(dpo)
    if !clock.isMovable, try await hasDevelopmentClock() { throw UnsafeDatabase.developmentClock }
    try await checkZone()
    try await checkPolicies()
    try await readClocks()
  }

  private func check(_ database: Database) async throws {
    let (role, reason) = try await database.readOnce([
      """
      SELECT r.rolname::text, CASE
        WHEN r.rolsuper THEN 'it is a superuser'
        WHEN r.rolbypassrls THEN 'it bypasses row-level security'
        WHEN r.rolcreaterole THEN 'it may make roles'
        WHEN EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'ohjaustila'::regnamespace
          AND pg_has_role(r.oid, c.relowner, 'MEMBER')) THEN 'it owns tables, or may act as who does'
        END
      FROM pg_roles r WHERE r.rolname = current_user
      """
    ]) { rows in
      let row = try rows[0].exactlyOne()
      return (try row.get(0, as: String.self), try row.get(1, as: String?.self))
    }
    if let reason { throw UnsafeDatabase.tooPowerful(role: role, because: reason) }
  }

  /// Compares the two tables of the zone just before and at each change from 1990 to 2100.
  private func checkZone() async throws {
    let changes = zone.transitions(from: 1990, through: 2100)
    let instants = changes.flatMap { [$0.at - .microseconds(1), $0.at] }
    let name = zone.name
    let offsets = try await service.readOnce([
      """
      SELECT extract(epoch FROM (at AT TIME ZONE \(name)) - (at AT TIME ZONE 'UTC'))::bigint
      FROM unnest(\(instants)) WITH ORDINALITY AS i (at, n) ORDER BY n
      """
    ]) { try $0[0].map { try $0.get(0, as: Int.self) } }
    for (change, index) in zip(changes, stride(from: 0, to: offsets.count, by: 2))
    where offsets[index] != change.offsetBefore || offsets[index + 1] != change.offsetAfter {
      throw UnsafeDatabase.zoneDiffers(zone: name, year: zone.date(of: change.at).year)
    }
  }

  /// Whether requests can be answered now.
  public enum Readiness: Sendable, Equatable {
    case ready
    /// The database does not answer.
    case noDatabase
    /// The database answers and can't be written: its disk is full, or it is a standby.
    case readOnly
    /// The clocks of service and database are more than a second apart.
    case clocksApart(Duration)
    /// Data is wrapped under masters that are not here.
    case keysMissing([MasterKeyID])
  }

  /// Asks the database, and compares the clocks.
  public func readiness() async -> Readiness {
    do {
      let skew = try await readClocks()
      let missing = missingMasters.withLock { $0 }
      guard missing.isEmpty else { return .keysMissing(missing) }
      if isReadOnly.withLock({ $0 }) { return .readOnly }
      return skew < Self.readySkew && skew > .zero - Self.readySkew ? .ready : .clocksApart(skew)
    } catch {
      return .noDatabase
    }
  }
}
