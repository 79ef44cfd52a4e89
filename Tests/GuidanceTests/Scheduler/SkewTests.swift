import Lifecycle
import Logging
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Clocks of service and database that disagree.
@Suite struct SkewTests {
  /// Beyond five seconds nothing is destroyed, however little beyond and in whichever direction; up to it, it is.
  @Test(arguments: ["5.1", "5.5", "5.99", "-5.1", "-5.99", "60", "4.5", "-4.5"])
  func aSkewBeyondFiveSecondsDestroysNothing(_ seconds: String) async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      try await cast.store.moveClock(to: try await cast.timeline(of: space).erases)
      let isBeyond = try abs(#require(Double(seconds))) > 5
      try await withSkewedStore(by: seconds, cast) { store in
        let report = try await store.sweep()
        #expect(report.crossed[.erased] == (isBeyond ? nil : 1))
        #expect(report.destroyed == (isBeyond ? 0 : 1))
      }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space_secret") == (isBeyond ? 1 : 0))
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.tombstone") == (isBeyond ? 0 : 1))
    }
  }

  /// A store whose sessions read the database's clock so many seconds off: a function of their own comes first in their
  /// search path.
  private func withSkewedStore(
    by seconds: String, _ cast: Cast, _ body: (GuidanceStore) async throws -> Void
  ) async throws {
    for statement: Query in [
      "CREATE SCHEMA skewed",
      """
      CREATE FUNCTION skewed.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE
      RETURN pg_catalog.statement_timestamp() + current_setting('skewed.by')::interval
      """,
      "GRANT USAGE ON SCHEMA skewed TO PUBLIC",
    ] { try await cast.alter(statement) }
    let service = Database(
      Database.Configuration(
        url: cast.installation.url(RoleNames.standard.service), connections: 1, searchPath: "skewed, pg_catalog",
        settings: ["skewed.by": "\(seconds) seconds"], requireOneFunction: "ohjaustila.require_one"))
    let store = GuidanceStore(
      service: service, scheduler: cast.installation.scheduler, dpo: cast.store.dpo, keys: cast.store.keys,
      archiveKeys: cast.store.archiveKeys,
      policies: cast.store.policies, zone: cast.store.zone, ledger: cast.store.ledger,
      clock: GuidanceClock(isMovable: true), logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    do {
      try await body(store)
    } catch {
      await service.shutdown(grace: .zero)
      throw error
    }
    await service.shutdown(grace: .zero)
  }
}
