import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Customers see who opened their space.
@Suite struct ReadAccessLogTests {
  @Test func theCustomerSeesWhoOpenedTheSpace() async throws {
    try await Cast.with { cast in
      let (space, other) = (try await cast.space(), try await cast.space())
      let (store, customer) = (cast.store, try await cast.customer())
      _ = try await store.space(other, for: cast.counsellor)
      for _ in 0..<3 { _ = try await store.messages(of: space, PageRequest(), for: cast.counsellor) }
      _ = try await store.space(space, for: cast.admin)
      try await store.accesses.flush()
      let counsellor = try await store.space(space, for: customer).participants.first { $0.role == .counsellor }?.id
      try await store.accesses.flush()
      let looks = try await store.accessLog(of: space, PageRequest(), for: customer).items
      #expect(
        looks.map { "\($0.role) \($0.what)" } == [
          "customer space", "admin space", "counsellor messages", "counsellor messages", "counsellor messages",
          "counsellor space",
        ])
      #expect(looks.map { $0.participation == counsellor } == [false, false, true, true, true, true])
      #expect(looks[1].participation == nil)

      var (paged, cursor) = ([SpaceLook](), String?.none)
      repeat {
        let page = try await store.accessLog(of: space, PageRequest(limit: 2, cursor: cursor), for: customer)
        paged += page.items
        cursor = page.nextCursor
      } while cursor != nil
      // Each page read is itself a look; those are newer than where the list began.
      #expect(paged.map(\.at) == looks.map(\.at) && paged.map(\.what) == looks.map(\.what))
    }
  }

  @Test(arguments: ["x", "1.2.3", "1.2.3.zzzzzzz", "1.2.3.4.5", ".1.2.3", "99999999999999999.1.1.1"])
  func strangeCursorsAreRefused(_ cursor: String) async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      await #expect(throws: Refusal.invalid(field: "cursor", rule: "is one that a list handed out")) {
        try await cast.store.accessLog(
          of: space, PageRequest(limit: 2, cursor: cursor), for: try await cast.customer())
      }
    }
  }

  @Test func onlyTheCustomerDoes() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      for caller in [cast.counsellor, cast.admin] {
        await #expect(throws: Refusal.forbidden(.role)) {
          try await cast.store.accessLog(of: space, PageRequest(), for: caller)
        }
      }
      for caller in [cast.colleague, cast.otherAdmin, try await cast.customer(3)] {
        await #expect(throws: Refusal.notFound) {
          try await cast.store.accessLog(of: space, PageRequest(), for: caller)
        }
      }
    }
  }

  /// An archived space's customer still sees it; after the erasure nobody does.
  @Test func asLongAsTheySeeTheSpace() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      try await cast.store.accesses.flush()
      try await cast.bring(space, to: .archived)
      let looks = try await cast.store.accessLog(of: space, PageRequest(), for: try await cast.customer()).items
      #expect(looks.map { "\($0.role) \($0.what)" } == ["counsellor space"], "its opening")
      try await cast.bring(space, to: .erased)
      await #expect(throws: Refusal.notFound) {
        try await cast.store.accessLog(of: space, PageRequest(), for: try await cast.customer())
      }
    }
  }
}
