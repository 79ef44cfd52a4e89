import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// A repeated request has one effect.
@Suite struct IdempotencyTests {
  private func key(_ name: String = "k", body: [UInt8] = [1], path: String = "/m") -> RequestKey {
    RequestKey(key: name, method: "POST", path: path, body: body)
  }

  @Test func aRepetitionFindsWhatTheFirstMade() async throws {
    try await Cast.with { cast in
      let store = cast.store
      let opened = try await cast.openSpace(request: key(path: "/spaces"))
      let space = opened.space.id
      #expect(try await cast.openSpace(request: key(path: "/spaces")).space.id == space)
      let customer = try await cast.customer()
      let first = try await store.postMessage("Hei", to: space, by: customer, request: key())
      #expect(try await store.postMessage("Hei", to: space, by: customer, request: key()).id == first.id)
      await #expect(throws: Refusal.idempotencyMismatch) {
        try await store.postMessage("Hei", to: space, by: customer, request: key(body: [2]))
      }
      // The key is the caller's, and the path's.
      #expect(try await store.postMessage("Hei", to: space, by: cast.counsellor, request: key()).id != first.id)
      #expect(try await store.postMessage("Hei", to: space, by: customer, request: key(path: "/n")).id != first.id)
      let invited = try await store.invite(
        Cast.invited(1), to: space, by: cast.counsellor, request: key(path: "/p"))
      let again = try await store.invite(Cast.invited(1), to: space, by: cast.counsellor, request: key(path: "/p"))
      #expect(again.id == invited.id)
      let close = key(path: "/close")
      #expect(try await store.close(space, reason: nil, by: cast.counsellor, request: close).state == .reactivatable)
      #expect(try await store.close(space, reason: nil, by: cast.counsellor, request: close).state == .reactivatable)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.message") == 3)
      let chain = try await Chain.verify(space, in: cast.installation)
      #expect(chain.kinds.count { $0 == "closed" } == 1)
    }
  }

  /// A day later the key is as good as new, swept or not.
  @Test(arguments: [true, false]) func aKeyLivesForADay(_ swept: Bool) async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let first = try await cast.store.postMessage("Hei", to: space, by: cast.counsellor, request: key())
      let day = cast.store.clock.now + .seconds(86_400)
      try await cast.store.moveClock(to: day - .seconds(60))
      let second = try await cast.store.postMessage("Hei", to: space, by: cast.counsellor, request: key())
      #expect(second.id == first.id)
      try await cast.store.moveClock(to: day + .seconds(1))
      if swept {
        _ = try await cast.store.sweep()
        #expect(try await cast.count("SELECT count(*) FROM ohjaustila.idempotency") == 0)
      }
      #expect(
        try await cast.store.postMessage("Hei", to: space, by: cast.counsellor, request: key(body: [9])).id != first.id)
    }
  }

  /// While the first is carried out, a second with the key is told so, and does not wait.
  @Test func aRequestInProgressIsSaidToBe() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let post: @Sendable () async throws -> Message = {
        try await cast.store.postMessage("Hei", to: space, by: cast.counsellor, request: key())
      }
      let results = try await HeldLock.over(space, in: cast.installation, [post]) {
        await #expect(throws: Refusal.idempotencyInProgress) { try await post() }
      }
      let first = try results[0].get()
      #expect(try await post().id == first.id)
    }
  }

  /// Pages keep their order while new things come in between.
  @Test func pagesAreStable() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      for number in 1...7 { _ = try await cast.store.postMessage("\(number)", to: space, by: cast.counsellor) }
      var (numbers, cursor): ([Int], String?) = ([], nil)
      repeat {
        let page = try await cast.store.messages(of: space, PageRequest(limit: 3, cursor: cursor), for: cast.counsellor)
        numbers += page.items.map(\.number)
        cursor = page.nextCursor
        if numbers.count == 3 { _ = try await cast.store.postMessage("8", to: space, by: cast.counsellor) }
      } while cursor != nil
      #expect(numbers == Array(1...8))
      for bad in ["x", "-1", "99999999999999999999", "1.5", ""] {
        await #expect(throws: Refusal.self) {
          try await cast.store.messages(of: space, PageRequest(cursor: bad), for: cast.counsellor)
        }
        await #expect(throws: Refusal.self) {
          try await cast.store.spaces(PageRequest(cursor: bad), for: cast.counsellor)
        }
      }
    }
  }

  /// Five thousand spaces: every page in order, none twice.
  @Test func aPersonWithManySpaces() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let customer = try await cast.customer()
      _ = try await cast.store.enter(space, invitation: nil, by: customer)
      try await cast.multiply(space, by: 5000)
      var (ids, cursor): (Set<ID<Space>>, String?) = ([], nil)
      var last: Instant = .distantFuture
      for _ in 0..<5 {
        let page = try await cast.store.spaces(PageRequest(limit: 200, cursor: cursor), for: cast.colleague)
        #expect(page.items.isEmpty)
        let own = try await cast.store.spaces(
          PageRequest(limit: 200, cursor: cursor), state: .active, role: .admin, for: cast.admin)
        #expect(own.items.allSatisfy { $0.space.createdAt <= last })
        last = try #require(own.items.last?.space.createdAt)
        ids.formUnion(own.items.map(\.space.id))
        cursor = own.nextCursor
      }
      #expect(ids.count == 1000)
      let mine = try await cast.store.spaces(PageRequest(limit: 1), state: .active, for: customer)
      #expect(mine.items.count == 1)
    }
  }
}

extension Cast {
  /// Copies a space's envelope and the customer's view of it so many times; the copies have no content.
  fileprivate func multiply(_ space: ID<Space>, by count: Int) async throws {
    try await alter(
      """
      WITH copies AS (
        INSERT INTO ohjaustila.space
        SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(),
          'created_at', s.created_at - make_interval(secs => n)))).*
        FROM ohjaustila.space s, generate_series(1, \(count)) n WHERE s.id = \(space) RETURNING id, created_at, erases_at)
      INSERT INTO ohjaustila.my_space
      SELECT m.principal, c.id, m.role, m.participant_id, c.erases_at, false, c.created_at
      FROM copies c, ohjaustila.my_space m WHERE m.space_id = \(space) AND m.role = 'customer'
      """)
  }
}
