import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Who looked at what is written down, with as much certainty as was promised.
@Suite struct AccessLogTests {
  @Test func everyLookIsWrittenDownUnderItsRight() async throws {
    try await Cast.with { cast in
      let (store, space) = (cast.store, try await cast.space())
      let customer = try await cast.customer()
      let file = try await cast.upload([1, 2, 3], to: space, by: cast.counsellor)
      try await store.accesses.flush()
      let already = try await cast.looks().count
      _ = try await store.space(space, for: cast.counsellor)
      _ = try await store.timeline(of: space, for: cast.counsellor)
      _ = try await store.messages(of: space, PageRequest(), for: cast.counsellor)
      _ = try await store.files(of: space, PageRequest(), for: cast.counsellor)
      _ = try await store.download(file.id, of: space, for: cast.counsellor)
      _ = try await store.participants(of: space, for: cast.counsellor)
      _ = try await store.journal(of: space, PageRequest(), for: cast.counsellor)
      _ = try await store.spaces(PageRequest(), for: cast.counsellor)
      _ = try await store.archive(of: space, for: customer)
      _ = try await store.accessLog(of: space, PageRequest(), for: customer)
      _ = try await store.space(space, for: cast.admin)
      await #expect(throws: Refusal.forbidden(.role)) {
        try await store.messages(of: space, PageRequest(), for: cast.admin)
      }
      await #expect(throws: Refusal.notFound) { try await store.space(space, for: cast.colleague) }
      try await store.accesses.flush()
      let looks = try await cast.looks().dropFirst(already)
      #expect(
        looks.map { "\($0.role) \($0.what) \($0.outcome)" } == [
          "counsellor space shown", "counsellor timeline shown", "counsellor messages shown", "counsellor files shown",
          "counsellor file shown", "counsellor participants shown", "counsellor journal shown",
          "counsellor list shown", "customer archive shown", "customer accessLog shown", "admin space shown",
          "admin messages refused",
        ])
      // A customer goes by their place in the space, which says nothing once the space is gone.
      let place = try await store.space(space, for: customer).participants.first { $0.role == .customer }?.id.uuid
      let uuids = [cast.counsellor.uuid, place, cast.admin.uuid]
      #expect(
        looks.map(\.principal) == Array(repeating: uuids[0], count: 8) + [uuids[1], uuids[1], uuids[2], uuids[2]])
      #expect(looks.allSatisfy { $0.organisation == cast.organisation.id })
      #expect(looks.allSatisfy { $0.space == ($0.what == "list" ? nil : space) })
      #expect(looks.map(\.object) == looks.map { $0.what == "file" ? file.id.uuid : nil })
      #expect(try await store.verifyAccessLog().firstBreak == nil)
    }
  }

  /// Listening for news reads the journal: a log that said that messages were read would be of no use.
  @Test func listeningIsNoReading() async throws {
    try await Cast.with { cast in
      let (store, space) = (cast.store, try await cast.space())
      _ = try await store.postMessage("Hei", to: space, by: cast.counsellor)
      try await store.accesses.flush()
      let already = try await cast.looks().count
      _ = try await store.news(of: space, after: 0, for: cast.counsellor)
      try await store.accesses.flush()
      #expect(try await cast.looks().dropFirst(already).map { "\($0.what) \($0.outcome)" } == ["journal shown"])
    }
  }

  /// An admin's list of what was left behind is a list like any other.
  @Test func listsOfOthersSpacesAreWrittenDown() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      try await cast.store.dismiss("olli", from: cast.organisation.id, by: cast.admin)
      try await cast.store.accesses.flush()
      let already = try await cast.looks().count
      #expect(try await cast.store.orphans(of: cast.organisation.id, for: cast.admin).map(\.space.id) == [space])
      try await cast.store.accesses.flush()
      #expect(try await cast.looks().dropFirst(already).map { "\($0.role) \($0.what)" } == ["admin list"])
    }
  }

  /// Of a customer nothing stays that finds them: no address, no request.
  @Test func onlyStaffAreLocated() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let origin = RequestOrigin(address: NetworkAddress("192.0.2.7"), requestID: "abc")
      for caller in [cast.counsellor, try await cast.customer()] {
        let located = Caller(identity: caller.identity, principal: caller.principal, origin: origin)
        _ = try await cast.store.messages(of: space, PageRequest(), for: located)
      }
      try await cast.store.accesses.flush()
      let looks = try await cast.looks().filter { $0.what == "messages" }
      #expect(looks.map(\.role) == ["counsellor", "customer"])
      #expect(looks.map(\.address) == ["192.0.2.7", nil] && looks.map(\.request) == ["abc", nil])
      #expect(try await cast.store.verifyAccessLog().firstBreak == nil)
    }
  }

  /// No message was ever shown to a counsellor that a crash right then would have made nobody know of.
  @Test func whatStaffWereShownSurvivesACrash() async throws {
    // Nothing is written by time: a copy that is killed would lose all that is only noted.
    let options = GuidanceStore.Options(accessLogWindow: .seconds(3600))
    try await Cast.with(options: options) { cast in
      let space = try await cast.space()
      let shown = try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<60 {
          group.addTask {
            _ = try await cast.store.messages(of: space, PageRequest(), for: cast.counsellor)
            if number.isMultiple(of: 10) { _ = try await cast.store.space(space, for: cast.counsellor) }
          }
        }
        var count = 0
        while try await group.next() != nil {
          count += 1
          // As seen from outside at this instant: what the copy still has in memory does not count.
          #expect(try await cast.count("SELECT count(*) FROM ohjaustila.access_entry WHERE what = 'messages'") >= count)
        }
        return count
      }
      #expect(shown == 60)
      let batches = try await cast.count("SELECT count(*) FROM ohjaustila.access_batch")
      #expect(batches < 60, "readers share commits")
    }
  }

  /// What can't be logged is not shown to staff, and entries wait until they can be written.
  @Test func staffSeeNothingThatIsNotLogged() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      try await cast.store.accesses.flush()
      let before = try await cast.looks().count
      try await cast.alter(
        """
        CREATE FUNCTION public.no_room() RETURNS trigger LANGUAGE plpgsql
        AS $$BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END$$
        """)
      try await cast.alter(
        """
        CREATE TRIGGER no_room BEFORE INSERT ON ohjaustila.access_entry FOR EACH ROW EXECUTE FUNCTION public.no_room()
        """)
      for _ in 0..<2 {
        await #expect(throws: AccessUnlogged.self) {
          try await cast.store.messages(of: space, PageRequest(), for: cast.counsellor)
        }
      }
      _ = try await cast.store.space(space, for: cast.counsellor)
      #expect(try await cast.looks().count == before)
      try await cast.alter("DROP TRIGGER no_room ON ohjaustila.access_entry")
      // Who waits while the last attempt still fails is refused once more; what waits is written all the same.
      while (try? await cast.store.messages(of: space, PageRequest(), for: cast.counsellor)) == nil {}
      let looks = try await cast.looks()
      #expect(looks.count { $0.what == "space" } == before + 1 && looks.count { $0.what == "messages" } >= 3)
      let verified = try await cast.store.verifyAccessLog()
      #expect(verified.firstBreak == nil && verified.entries == looks.count)
    }
  }

  /// Connections are killed all the while: each answer that was given is in the log, and the chain is whole.
  @Test func killedConnectionsLoseNothing() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let killer = Task {
        while !Task.isCancelled {
          _ = try? await cast.installation.asAdmin(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE usename = 'ohjaustila_service' AND datname = current_database() AND random() < 0.4
            """
          ) { _ in }
          try? await Task.sleep(for: .milliseconds(7))
        }
      }
      let shown = await withTaskGroup(of: Int.self) { group in
        for _ in 0..<4 {
          group.addTask {
            var shown = 0
            for _ in 0..<60 {
              let page = try? await cast.store.messages(of: space, PageRequest(), for: cast.counsellor)
              shown += page == nil ? 0 : 1
            }
            return shown
          }
        }
        return await group.reduce(0, +)
      }
      killer.cancel()
      await killer.value
      while (try? await cast.store.accesses.flush()) == nil {}
      #expect(shown > 0)
      let verified = try await cast.store.verifyAccessLog()
      #expect(verified.firstBreak == nil && verified.entries >= shown && verified.entries <= 241)
    }
  }

  @Test func copiesWriteChainsOfTheirOwn() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let other = try await cast.installation.copy()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for store in [cast.store, other.store] {
          for _ in 0..<20 {
            group.addTask { _ = try await store.messages(of: space, PageRequest(), for: cast.counsellor) }
          }
        }
        try await group.waitForAll()
      }
      // Stopped in order, a copy leaves nothing unwritten.
      _ = try await other.store.space(space, for: cast.counsellor)
      await other.shutdown()
      let verified = try await cast.store.verifyAccessLog()
      #expect(verified.firstBreak == nil && verified.chains == 2 && verified.entries == 42)
    }
  }

  /// The database was put back to an earlier time under a running copy: it begins a new chain instead of breaking one.
  @Test func anotherEndThanWrittenBeginsANewChain() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      func look() async throws { _ = try await cast.store.messages(of: space, PageRequest(), for: cast.counsellor) }
      // Opening the space was the first look at it.
      try await cast.store.accesses.flush()
      for _ in 0..<2 { try await look() }
      try await cast.alter("DELETE FROM ohjaustila.access_entry WHERE batch = 3")
      try await cast.alter("DELETE FROM ohjaustila.access_batch WHERE seq = 3")
      try await cast.alter(
        """
        UPDATE ohjaustila.access_chain SET (head_seq, head_hash) =
          (SELECT seq, hash FROM ohjaustila.access_batch WHERE seq = 2)
        """)
      await #expect(throws: AccessUnlogged.self) { try await look() }
      while (try? await look()) == nil {}
      let verified = try await cast.store.verifyAccessLog()
      #expect(verified.firstBreak == nil && verified.chains == 2)
    }
  }

  @Test func theServiceOnlyAppends() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      _ = try await cast.store.messages(of: space, PageRequest(), for: cast.counsellor)
      for statement: Query in [
        "UPDATE ohjaustila.access_entry SET role = 'x'", "DELETE FROM ohjaustila.access_entry",
        "UPDATE ohjaustila.access_batch SET entries = 2", "DELETE FROM ohjaustila.access_batch",
        "DELETE FROM ohjaustila.access_chain", "UPDATE ohjaustila.access_chain SET number = 7",
        "UPDATE ohjaustila.access_anchor SET entries = 2", "DELETE FROM ohjaustila.access_anchor",
        "DELETE FROM ohjaustila.journal", "UPDATE ohjaustila.journal SET kind = 'x'",
        "DELETE FROM ohjaustila.journal_expiry", "UPDATE ohjaustila.journal_expiry SET number = 7",
        "SELECT principal FROM ohjaustila.access_entry", "SELECT address FROM ohjaustila.access_entry",
      ] {
        let error = await #expect(throws: PostgresError.self) {
          try await cast.installation.service.write { try $0.execute(statement) }
        }
        #expect(error?.sqlState == .insufficientPrivilege, "\(statement.sql)")
        guard !statement.sql.hasPrefix("SELECT") else { continue }
        let byScheduler = await #expect(throws: PostgresError.self) {
          try await cast.installation.scheduler.write { try $0.execute(statement) }
        }
        #expect(byScheduler?.sqlState == .insufficientPrivilege, "\(statement.sql)")
      }
      let readable = try await cast.installation.service.read {
        try $0.exactlyOne("SELECT count(*) FROM ohjaustila.access_entry") { try $0.get(0, as: Int.self) }
      }
      #expect(readable == 0, "nobody's look is seen without saying who asks")
    }
  }
}

extension Cast {
  struct StoredLook: Sendable {
    let principal: UUID
    let role: String
    let organisation: ID<Organisation>?
    let space: ID<Space>?
    let what: String
    let object: UUID?
    let address: String?
    let request: String?
    let outcome: String
  }

  /// The access log as the superuser finds it, in the order it was written.
  func looks() async throws -> [StoredLook] {
    try await installation.asAdmin(
      """
      SELECT principal, role, organisation_id, space_id, what, object_id, host(address), request_id, outcome
      FROM ohjaustila.access_entry ORDER BY chain, batch, number
      """
    ) { row in
      try StoredLook(
        principal: row.get(0), role: row.get(1), organisation: row.get(2), space: row.get(3), what: row.get(4),
        object: row.get(5), address: row.get(6), request: row.get(7), outcome: row.get(8))
    }
  }
}
