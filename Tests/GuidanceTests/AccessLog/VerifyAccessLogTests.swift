import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// An auditor is told what was done to the access log behind the service's back.
@Suite struct VerifyAccessLogTests {
  /// Every column of every table, and rows that go or come. Chain 1 has three batches of one entry each.
  private static let harms = changes.map(harm) + others

  private static let changes: [Query] = [
    "at = at - interval '1 microsecond'", "principal = gen_random_uuid()", "role = 'admin'",
    "organisation_id = gen_random_uuid()", "organisation_id = NULL", "space_id = NULL", "participant_id = NULL",
    "what = 'files'", "object_id = gen_random_uuid()", "address = '192.0.2.8'", "address = NULL", "request_id = 'b'",
    "request_id = NULL", "outcome = 'refused'", "number = 2",
  ]

  private static func harm(_ change: Query) -> (sql: Query, expected: AccessLogBreak.Reason) {
    let isAnotherRow = change.sql.hasPrefix("at") || change.sql.hasPrefix("number")
    let reason: AccessLogBreak.Reason = isAnotherRow ? .otherEntries(batch: 2) : .wrongHash(batch: 2)
    return ("UPDATE ohjaustila.access_entry SET \(change) WHERE batch = 2", reason)
  }

  private static let others: [(sql: Query, expected: AccessLogBreak.Reason)] = [
    ("DELETE FROM ohjaustila.access_entry WHERE batch = 2", .otherEntries(batch: 2)),
    (
      """
      INSERT INTO ohjaustila.access_entry (chain, batch, number, at, principal, role, what, outcome)
      SELECT chain, batch, 2, at, principal, role, what, outcome FROM ohjaustila.access_entry WHERE batch = 3
      """, .otherEntries(batch: 3)
    ),
    ("UPDATE ohjaustila.access_batch SET entries = 2 WHERE seq = 1", .otherEntries(batch: 1)),
    (
      "UPDATE ohjaustila.access_batch SET newest_at = newest_at - interval '1 day' WHERE seq = 1",
      .otherEntries(batch: 1)
    ),
    ("UPDATE ohjaustila.access_batch SET hash = sha256('x') WHERE seq = 3", .wrongHash(batch: 3)),
    (
      "WITH e AS (DELETE FROM ohjaustila.access_entry WHERE batch = 2) DELETE FROM ohjaustila.access_batch WHERE seq = 2",
      .gap(expected: 2, found: 3)
    ),
    (
      "WITH e AS (DELETE FROM ohjaustila.access_entry WHERE batch = 3) DELETE FROM ohjaustila.access_batch WHERE seq = 3",
      .otherEnd(remembered: 3, found: 2)
    ),
    ("UPDATE ohjaustila.access_chain SET head_seq = 2", .otherEnd(remembered: 2, found: 3)),
    ("UPDATE ohjaustila.access_chain SET head_hash = sha256('x')", .wrongHead),
    (
      """
      INSERT INTO ohjaustila.access_anchor
      SELECT chain, seq, hash, newest_at, 'P24M', newest_at + interval '1 day', 1 FROM ohjaustila.access_batch
      WHERE seq = 2
      """, .expiredEarly
    ),
    (
      """
      INSERT INTO ohjaustila.access_anchor
      SELECT chain, seq, hash, newest_at, 'P1D', newest_at + interval '9 days', 1 FROM ohjaustila.access_batch
      WHERE seq = 2
      """, .expiredEarly
    ),
  ]

  @Test(arguments: harms.indices) func saysWhatBreaksFirst(_ index: Int) async throws {
    let harm = Self.harms[index]
    try await Cast.with { cast in
      let space = try await cast.space()
      let origin = RequestOrigin(address: NetworkAddress("2001:db8::7"), requestID: "a")
      let caller = Caller(identity: cast.counsellor.identity, principal: cast.counsellor.principal, origin: origin)
      // Opening the space was the first look at it.
      try await cast.store.accesses.flush()
      for _ in 0..<2 { _ = try await cast.store.messages(of: space, PageRequest(), for: caller) }
      let whole = try await cast.store.verifyAccessLog()
      #expect(whole.chains == 1 && whole.entries == 3 && whole.expired == 0 && whole.firstBreak == nil)
      _ = try await cast.installation.asAdmin(harm.sql) { _ in }
      let found = try await cast.store.verifyAccessLog().firstBreak
      #expect(found == AccessLogBreak(chain: 1, reason: harm.expected))
    }
  }

  @Test func aChainThatIsGoneIsMissed() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let other = try await cast.installation.copy()
      for store in [cast.store, other.store] {
        _ = try await store.messages(of: space, PageRequest(), for: cast.counsellor)
      }
      await other.shutdown()
      for table: Query in [
        "access_entry WHERE chain = 1", "access_batch WHERE chain = 1", "access_chain WHERE number = 1",
      ] {
        try await cast.alter("DELETE FROM ohjaustila.\(table)")
      }
      #expect(try await cast.store.verifyAccessLog().firstBreak == AccessLogBreak(chain: 1, reason: .missing))
    }
  }

  /// Many entries are followed in the memory of some.
  @Test func manyEntriesTakeNoMoreMemory() async throws {
    try await Cast.with { cast in
      let look = AccessEntry(
        at: cast.store.clock.now, principal: UUID(), role: "customer", organisation: cast.organisation.id,
        space: .make(), participation: .make(), what: "messages", object: nil, address: nil, requestID: nil,
        outcome: "shown")
      func add(_ count: Int) async throws {
        for number in 1...count {
          try cast.store.accesses.note(look)
          if number.isMultiple(of: 5000) { try await cast.store.accesses.flush() }
        }
      }
      try await add(20_000)
      _ = try await cast.store.verifyAccessLog()
      let before = try Self.peakMemory()
      try await add(180_000)
      let written = try Self.peakMemory()
      let verified = try await cast.store.verifyAccessLog()
      #expect(verified.firstBreak == nil && verified.entries == 200_000)
      let grown = try Self.peakMemory() - written
      // Other tests run in the same process; all 200,000 at once would take well over 100 MB.
      #expect(grown < 64 << 10, "\(grown) kB more than \(written), \(before) at first")
    }
  }

  /// The most the process ever had, in kB.
  private static func peakMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
  }
}
