import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// What each request costs in waits for the database.
@Suite struct RoundTripTests {
  @Test func aWriteIsTwoRoundTripsAndAReadIsOne() async throws {
    // Looks that nobody waits for are written when the test is over.
    let options = GuidanceStore.Options(accessLogWindow: .seconds(3600))
    try await Cast.with(options: options, connections: 1) { cast in
      let (store, database) = (cast.store, cast.installation.service)
      let space = try await cast.space()
      let customer = try await cast.customer()
      _ = try await store.enter(space, invitation: nil, by: customer)
      func trips(_ body: () async throws -> Void) async throws -> Int {
        let before = database.metrics.roundTrips
        try await body()
        return database.metrics.roundTrips - before
      }
      _ = try await store.messages(of: space, PageRequest(), for: cast.counsellor)
      // Staff reading content wait for the commit of the access log's entry.
      for (caller, content) in [(cast.counsellor, 2), (customer, 1)] {
        #expect(try await trips { _ = try await store.postMessage("Hei", to: space, by: caller) } == 2)
        #expect(try await trips { _ = try await store.space(space, for: caller) } == 1)
        #expect(try await trips { _ = try await store.messages(of: space, PageRequest(), for: caller) } == content)
        #expect(try await trips { _ = try await store.timeline(of: space, for: caller) } == 1)
        #expect(try await trips { _ = try await store.files(of: space, PageRequest(), for: caller) } == content)
      }
      let key = RequestKey(key: "k", method: "POST", path: "/x", body: [1])
      #expect(try await trips { _ = try await store.postMessage("1", to: space, by: customer, request: key) } == 2)
      #expect(try await trips { _ = try await store.caller(customer.identity) } == 0)
      #expect(try await trips { _ = try await store.close(space, reason: nil, by: cast.counsellor) } == 3)
    }
  }

  /// At most one authentication a local day writes anything.
  @Test func authenticationsWriteOnceADay() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      for _ in 0..<3 {
        _ = try await cast.store.space(space, for: try await cast.customer())
        _ = try await cast.store.messages(of: space, PageRequest(), for: try await cast.customer())
      }
      #expect(try await Chain.verify(space, in: cast.installation).kinds.count { $0 == "customerAuthenticated" } == 1)
      try await cast.store.moveClock(to: cast.store.clock.now + .seconds(86_400))
      for _ in 0..<2 { _ = try await cast.store.space(space, for: try await cast.customer()) }
      #expect(try await Chain.verify(space, in: cast.installation).kinds.count { $0 == "customerAuthenticated" } == 2)
    }
  }
}
