import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Data protection officers search the access log of their own organisation.
@Suite struct SearchAccessLogTests {
  @Test func findsBySpacePrincipalAndTime() async throws {
    try await Cast.with { cast in
      let (store, officer) = (cast.store, try await cast.officer())
      let (space, other) = (try await cast.space(), try await cast.space())
      for _ in 0..<3 { _ = try await store.messages(of: space, PageRequest(), for: cast.counsellor) }
      let later = store.clock.now + .seconds(3600)
      try await store.moveClock(to: later)
      _ = try await store.messages(of: other, PageRequest(), for: cast.counsellor)
      _ = try await store.space(space, for: cast.admin)
      try await store.accesses.flush()
      func find(_ search: AccessSearch) async throws -> [String] {
        try await store.accessLog(search, PageRequest(), for: officer).items.map { "\($0.entry.role) \($0.entry.what)" }
      }
      #expect(
        try await find(AccessSearch(space: space))
          == ["admin space"] + Array(repeating: "counsellor messages", count: 3) + ["counsellor space"])
      #expect(try await find(AccessSearch(principal: cast.admin.uuid)) == ["admin space"])
      #expect(try await find(AccessSearch(principal: cast.counsellor.uuid, from: later)) == ["counsellor messages"])
      #expect(try await find(AccessSearch(principal: cast.counsellor.uuid, to: later)).count == 5)
      #expect(try await find(AccessSearch(space: .make())).isEmpty)
      // The five searches so far are in the log themselves.
      #expect(try await find(AccessSearch(principal: officer.uuid)).count == 5)

      var (paged, cursor) = ([Instant](), String?.none)
      repeat {
        let page = try await store.accessLog(
          AccessSearch(principal: cast.counsellor.uuid), PageRequest(limit: 3, cursor: cursor), for: officer)
        paged += page.items.map(\.entry.at)
        cursor = page.nextCursor
      } while cursor != nil
      #expect(paged.count == 6 && paged == paged.sorted(by: >))
    }
  }

  @Test func onlyOfficersAndOnlyTheirOrganisation() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      _ = try await cast.store.messages(of: space, PageRequest(), for: cast.counsellor)
      for caller in [cast.counsellor, cast.admin, cast.operator, try await cast.customer(), try await cast.visitor()] {
        await #expect(throws: Refusal.forbidden(.role)) {
          try await cast.store.accessLog(AccessSearch(), PageRequest(), for: caller)
        }
      }
      let appointment = Cast.appointment("toivo", roles: [.dataProtectionOfficer], committed: nil)
      _ = try await cast.store.appoint(appointment, to: cast.otherOrganisation.id, by: cast.otherAdmin)
      let stranger = try await cast.store.caller(Cast.staff("toivo"))
      for search in [AccessSearch(), AccessSearch(space: space), AccessSearch(principal: cast.counsellor.uuid)] {
        let found = try await cast.store.accessLog(search, PageRequest(), for: stranger).items
        #expect(found.allSatisfy { $0.entry.principal == stranger.uuid })
      }
      // Nor does the log of another organisation's space say that a stranger had looked.
      let own = try await cast.looks().filter { $0.principal == stranger.uuid }
      #expect(own.count == 3 && own.allSatisfy { $0.organisation == cast.otherOrganisation.id && $0.space == nil })
      // Row-level security says the same, whatever is asked.
      let organisations = try await cast.installation.dpo.readOnce([
        cast.store.stating(stranger), "SELECT DISTINCT organisation_id FROM ohjaustila.access_entry",
      ]) { try $0[1].map { try $0.get(0, as: ID<Organisation>.self) } }
      #expect(organisations == [cast.otherOrganisation.id])
    }
  }

  /// An instant that no list hands out, and PostgreSQL can't hold, is refused here.
  @Test(arguments: [Int64.min, -62_135_596_800_000_001, 253_402_300_800_000_000, .max])
  func cursorsBeyondTheCalendarAreNone(_ at: Int64) {
    let forged = Cursor(at: Instant(microseconds: at), uuid: UUID())
    #expect(Cursor(forged.text) == nil)
    let text = [at, 0, 0, 0].map { String($0, radix: 36) }.joined(separator: ".")
    #expect(throws: Refusal.self) { try AccessPlace(PageRequest(cursor: text)) }
  }

  /// The log outlives the space, and names nobody.
  @Test func looksAtErasedSpacesAreFound() async throws {
    try await Cast.with { cast in
      let (space, officer) = (try await cast.space(), try await cast.officer())
      let person = try await cast.customer()
      let participants = try await cast.store.space(space, for: cast.counsellor).participants
      let place = participants.first { $0.role == .customer }?.id.uuid
      for caller in [cast.counsellor, person] {
        _ = try await cast.store.messages(of: space, PageRequest(), for: caller)
      }
      try await cast.store.accesses.flush()
      try await cast.bring(space, to: .erased)
      let found = try await cast.store.accessLog(AccessSearch(space: space), PageRequest(), for: officer).items
      let read = found.filter { $0.entry.what == "messages" }
      #expect(read.map(\.entry.principal) == [place, cast.counsellor.uuid].compactMap { $0 })
    }
  }

  /// Whether customers see the log is the policy's to say.
  @Test func aPolicyMayNotHaveItShown() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      var terms = try #require(cast.store.policies.all.first).terms
      terms.logs.accessLogIsShownToCustomer = false
      let store = GuidanceStore(
        service: cast.installation.service, scheduler: cast.installation.scheduler, dpo: cast.installation.dpo,
        keys: cast.store.keys, archiveKeys: cast.store.archiveKeys, policies: Policies([try Policy(terms)]),
        zone: cast.store.zone,
        clock: cast.store.clock, logger: cast.store.logger)
      await #expect(throws: Refusal.forbidden(.policy)) {
        try await store.accessLog(of: space, PageRequest(), for: try await cast.customer())
      }
      await store.close()
    }
  }
}
