import Foundation
import Postgres
import TestSupport
import Testing

/// Every type there and back through a real server.
@Suite struct ValueTests {
  private func roundTrip<Value: PostgresEncodable & PostgresDecodable & Equatable>(_ values: [Value]) async throws {
    let back = try await TestCluster.withConnection { connection throws in
      try connection.pipeline(values.map { "SELECT \($0)" }).map { try $0.exactlyOne().get(0, as: Value.self) }
    }
    #expect(back == values)
  }

  @Test func numbersAndTruth() async throws {
    try await roundTrip([true, false])
    try await roundTrip([Int.min, -1, 0, 1, Int.max])
    try await roundTrip([Int64.min, Int64.max])
    try await roundTrip([Int32.min, 0, Int32.max])
    try await roundTrip([Int16.min, 0, Int16.max])
    try await roundTrip([-Double.infinity, -0.0, .leastNonzeroMagnitude, 1.5, .greatestFiniteMagnitude, .infinity])
  }

  @Test func textAndBytes() async throws {
    try await roundTrip(["", "ä", "👩‍👩‍👧", String(repeating: "x", count: 300_000), "'; DROP TABLE x; --", "$1"])
    try await roundTrip([Bytea([]), Bytea(Array(0...255)), Bytea(Array(repeating: 0, count: 1 << 20))])
    try await roundTrip([UUID(), UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255))])
  }

  @Test func time() async throws {
    try await roundTrip([
      .infinity, .minusInfinity, Timestamp(microseconds: 0), Timestamp(microseconds: 1_700_000_000_123_456),
      Timestamp(microseconds: -210_866_803_200_000_000),
    ])
    try await roundTrip([
      .infinity, .minusInfinity, Day(daysSince1970: 0), Day(daysSince1970: 20_000), Day(daysSince1970: -2_440_588),
    ])
  }

  @Test func timeMeansTheSameToTheServer() async throws {
    try await TestCluster.withConnection { connection throws in
      let row = try connection.pipeline([
        """
        SELECT \(Timestamp(microseconds: 86_400_000_001)) = '1970-01-02T00:00:00.000001Z'::timestamptz,
          \(Day(daysSince1970: 31)) = '1970-02-01'::date, 'infinity'::timestamptz, '-infinity'::date,
          \(Timestamp.infinity)::text, \(Timestamp.minusInfinity)::text
        """
      ])[0].exactlyOne()
      var cells = row.cells
      #expect(try cells.next() == true)
      #expect(try cells.next() == true)
      #expect(try cells.next() == Timestamp.infinity)
      #expect(try cells.next() == Day.minusInfinity)
      #expect(try cells.next() == "infinity")
      #expect(try cells.next() == "-infinity")
    }
  }

  @Test func nullsAndArrays() async throws {
    try await roundTrip([UUID?.none, UUID()])
    try await roundTrip([String?.none, "", "x"])
    try await roundTrip([[Int](), [1, 2, 3], Array(repeating: 7, count: 10_000)])
    try await roundTrip([[Int?](), [nil], [1, nil, 3]])
    try await roundTrip([["", "ä"], ["NULL", "{\"}", "a,b"]])
    try await roundTrip([[Bytea([]), Bytea([0])]])
    try await roundTrip([[true], [], [false, true]])
    try await roundTrip([[Timestamp.infinity, Timestamp(microseconds: 5)], []])
    try await roundTrip([[Day(daysSince1970: 1)], [Day.minusInfinity]])
    try await roundTrip([[Int16(1)], []])
    try await roundTrip([[Int32(1)], []])
    try await roundTrip([[1.5], []])
    try await roundTrip([[UUID()], []])
    try await roundTrip([[Int]?.none, [1]])
  }

  @Test func widening() async throws {
    try await TestCluster.withConnection { connection throws in
      let row = try connection.pipeline([
        "SELECT 1::int2, 2::int4, 1.5::real, 'n'::name, 'v'::varchar(3), ARRAY['a']::varchar[], 1::int2"
      ])[0].exactlyOne()
      #expect(try row.get(0, as: Int.self) == 1)
      #expect(try row.get(1, as: Int.self) == 2)
      #expect(try row.get(2, as: Double.self) == 1.5)
      #expect(try row.get(3, as: String.self) == "n")
      #expect(try row.get(4, as: String.self) == "v")
      #expect(try row.get(5, as: [String].self) == ["a"])
      #expect(try row.get(6, as: Int32.self) == 1)
    }
  }

  @Test func nulIsRefusedBeforeItIsSent() async throws {
    try await TestCluster.withConnection { connection throws in
      let trips = connection.roundTrips
      let error = postgresError(in: { _ = try connection.pipeline(["SELECT \(1)", "SELECT \(2), \("a\0b")"]) })
      #expect(error?.sqlState == .characterNotInRepertoire)
      #expect(error?.description.contains("$2") == true)
      #expect(connection.roundTrips == trips)
      let rows = try connection.pipeline(["SELECT 1"])
      #expect(rows.count == 1)
    }
  }

  @Test func decodingErrorsNameWhatIsWrong() async throws {
    try await TestCluster.withConnection { connection throws in
      let row = try connection.pipeline(["SELECT 1::int4 AS \"Number\", NULL::text AS nothing, '{{1}}'::int8[] AS deep"]
      )[0][0]
      func failure<Value: PostgresDecodable>(_ column: String, _: Value.Type) -> DecodingFailure? {
        guard case .decoding(let failure) = postgresError(in: { _ = try row.get(column, as: Value.self) }) else {
          return nil
        }
        return failure
      }
      #expect(failure("Number", String.self)?.oid == 23)
      #expect(failure("Number", String.self)?.expected == "String")
      #expect(failure("nothing", String.self)?.reason == "it is NULL")
      #expect(failure("number", Int.self)?.oid == 0)
      #expect(failure("deep", [Int].self)?.reason.contains("2 dimensions") == true)
      #expect(try row.get("Number") == 1)
      #expect(try row.get("nothing", as: String?.self) == nil)
      let inferred: String? = try row.get("nothing")
      #expect(inferred == nil)
      #expect(throws: PostgresError.self) { _ = try row.get(3, as: Int.self) }
    }
  }

  private enum Colour: String, PostgresRepresentable {
    case red, blue
    typealias PostgresValue = String
  }

  @Test func ownTypes() async throws {
    try await roundTrip([Colour.red, .blue])
    try await roundTrip([[Colour?.none, .red]])
    try await TestCluster.withConnection { connection throws in
      let row = try connection.pipeline(["SELECT 'green'"])[0][0]
      #expect(throws: PostgresError.self) { _ = try row.get(0, as: Colour.self) }
    }
  }
}
