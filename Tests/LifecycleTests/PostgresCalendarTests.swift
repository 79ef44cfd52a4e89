import Foundation
import Lifecycle
import Postgres
import Testing

/// 7: every day of 1990–2100 × every period used, against PostgreSQL's own interval arithmetic in Europe/Helsinki.
///
/// A suite with a server of its own, so that the module's tests need nothing from elsewhere.
@Suite struct PostgresCalendarTests {
  /// The guidance spaces' periods, those of the other registers in the seeds, and the notices' and graces'.
  static let periods = ["P0D", "P7D", "P14D", "P30D", "P1M", "P2M", "P3M", "P6M", "P180D", "P12M", "P2Y", "P3Y"]
  static let days = day("1990-01-01").daysSince1970...day("2100-12-31").daysSince1970

  @Test func sevenEveryDayAgreesWithPostgres() async throws {
    let compared = try await withServer { connection in
      var compared = 0
      for text in Self.periods {
        let (lastDays, boundaries) = try Self.arrays(connection, Self.deadlines(text))
        guard lastDays.count == Self.days.count, boundaries.count == Self.days.count else { return 0 }
        let period = period(text)
        for (index, number) in Self.days.enumerated() {
          let ours = helsinki.deadline(from: CivilDate(daysSince1970: number), period: period)
          let theirs = (CivilDate(daysSince1970: lastDays[index]), Self.instant(boundaries[index]))
          guard ours.lastDay == theirs.0, ours.boundary == theirs.1 else {
            Issue.record("\(CivilDate(daysSince1970: number)) + \(text): \(ours), PostgreSQL \(theirs)")
            return compared
          }
          compared += 1
        }
      }
      return compared
    }
    #expect(compared == Self.periods.count * 40_542)
  }

  /// Three deadlines in a row, each from the last day before it.
  @Test func sevenEveryOpeningAgreesWithPostgres() async throws {
    try await withServer { connection in
      let (lastDays, erasures) = try Self.arrays(
        connection,
        """
        SELECT array_agg(archived - date '1970-01-01' ORDER BY opened),
          array_agg(extract(epoch FROM (archived + 1)::timestamp AT TIME ZONE 'Europe/Helsinki')::bigint ORDER BY opened)
        FROM (
          SELECT opened::date AS opened,
            (((opened + interval 'P3M')::date + interval 'P3M')::date + interval 'P12M')::date AS archived
          FROM generate_series(timestamp '1990-01-01', timestamp '2100-12-31', interval '1 day') AS day (opened)
        ) AS life
        """)
      #expect(lastDays.count == Self.days.count)
      for (index, number) in Self.days.enumerated() {
        let noon = helsinki.startOfDay(CivilDate(daysSince1970: number)) + .seconds(43_200)
        let timeline = Life.opening(at: noon, policy: guidance, zone: helsinki).timeline
        guard timeline.lastDays.archived == CivilDate(daysSince1970: lastDays[index]),
          timeline.erasesAt == Self.instant(erasures[index])
        else {
          Issue.record("opened \(noon): \(timeline), PostgreSQL \(Self.instant(erasures[index]))")
          return
        }
      }
    }
  }

  /// The table of transitions is the one PostgreSQL uses: just before and at each, and hour by hour in between.
  @Test func sevenTransitionsAgreeWithPostgres() async throws {
    try await withServer { connection in
      let (offsets, seconds) = try Self.arrays(
        connection,
        """
        SELECT array_agg(east ORDER BY second), array_agg(second ORDER BY second)
        FROM (
          SELECT second, east, lag(east) OVER (ORDER BY second) AS before
          FROM (
            SELECT extract(epoch FROM hour)::bigint AS second,
              extract(epoch FROM (hour AT TIME ZONE 'Europe/Helsinki') - (hour AT TIME ZONE 'UTC'))::integer AS east
            FROM generate_series(
              timestamptz '1989-12-31 23:00Z', timestamptz '2200-12-31 23:00Z', interval '1 hour') AS hours (hour)
          ) AS offsets
        ) AS changes
        WHERE east <> before
        """)
      let table = helsinki.transitions(from: 1990, through: 2200)
      #expect(table.map(\.at) == seconds.map(Self.instant))
      #expect(table.map(\.offsetAfter) == offsets)
    }
  }

  private static func instant(_ second: Int) -> Instant { Instant(microseconds: Int64(second) * 1_000_000) }

  private static func deadlines(_ period: String) -> Query {
    """
    SELECT array_agg(last - date '1970-01-01' ORDER BY first),
      array_agg(extract(epoch FROM (last + 1)::timestamp AT TIME ZONE 'Europe/Helsinki')::bigint ORDER BY first)
    FROM (
      SELECT first, (first + \(period)::interval)::date AS last
      FROM generate_series(timestamp '1990-01-01', timestamp '2100-12-31', interval '1 day') AS day (first)
    ) AS deadline
    """
  }

  /// Two arrays of numbers, which a query gives as its only row.
  private static func arrays(_ connection: Connection, _ query: Query) throws -> ([Int], [Int]) {
    let row = try connection.pipeline([query])[0].exactlyOne()
    var cells = row.cells
    let first: [Int32] = try cells.next()
    let second: [Int] = try cells.next()
    return (first.map(Int.init), second)
  }

  private func withServer<Result: Sendable>(
    _ body: @escaping @Sendable (Connection) throws -> Result
  ) async throws -> Result {
    let folder = URL(filePath: "/tmp/ohjaustila-calendar-\(UInt32.random(in: 0 ... .max))")
    defer { try? FileManager.default.removeItem(at: folder) }
    let server = try await EmbeddedServer.start(.init(dataFolder: folder))
    do {
      let result = try await Connection.run(ConnectionConfiguration(url: server.url()), body)
      await server.stop()
      return result
    } catch {
      await server.stop()
      throw error
    }
  }
}
