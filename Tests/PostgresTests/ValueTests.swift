import Foundation
import Postgres
import Testing

/// Every type there and back through a real server.
@Suite struct ValueTests {
  private func roundTrip<Value: PostgresEncodable & PostgresDecodable & Equatable>(_ values: [Value]) async throws {
    try await TestCluster.withDatabase { url in
      let back = try await Connection.run(ConnectionConfiguration(url: url)) { connection in
        try connection.pipeline(values.map { "SELECT \($0)" }).map { try $0.exactlyOne().get(0, as: Value.self) }
      }
      #expect(back == values)
    }
  }

  @Test func scalars() async throws {
    try await roundTrip([true, false])
    try await roundTrip([Int.min, -1, 0, 1, Int.max])
    try await roundTrip([Int32.min, 0, Int32.max])
    try await roundTrip([Int16.min, 0, Int16.max])
    try await roundTrip([-Double.infinity, -0.0, .leastNonzeroMagnitude, 1.5, .greatestFiniteMagnitude, .infinity])
    try await roundTrip(["", "ä", "👩‍👩‍👧", String(repeating: "x", count: 100_000), "'; DROP TABLE x; --", "$1"])
    try await roundTrip([UUID(), UUID(uuidString: "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF")])
  }
}
