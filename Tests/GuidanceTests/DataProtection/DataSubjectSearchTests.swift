import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// The search for a person's spaces, and what it leaves behind.
@Suite struct DataSubjectSearchTests {
  @Test func findsTheOwnOrganisationsSpacesOnly() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      let code = try PersonalIdentityCode(Cast.hetus[0])
      #expect(try await cast.store.searchDataSubject(code, PageRequest(), by: officer).items.isEmpty)
      let archived = try await cast.space()
      _ = try await cast.store.archive(archived, reason: nil, by: cast.admin)
      let restricted = try await cast.space()
      _ = try await cast.store.restrict(restricted, by: officer)
      let held = try await cast.space()
      try await cast.hold(held, through: cast.today.adding(days: 30))
      _ = try await cast.openSpace(customers: [Cast.invited(1)])
      let erased = try await cast.space()
      _ = try await cast.store.erase(erased, by: officer)

      let found = try await cast.store.searchDataSubject(code, PageRequest(), by: officer).items
      #expect(found.map(\.space.space.id) == [held, restricted, archived])
      #expect(found.map(\.space.state) == [.active, .active, .archived])
      #expect(found.allSatisfy { $0.space.title == nil && $0.space.participants.isEmpty })
      #expect(found.map { $0.holds.map(\.status) } == [[.standing], [], []])
      #expect(found[0].participant == (try await cast.participation(0, in: held)))
      let first = try await cast.store.searchDataSubject(code, PageRequest(limit: 2), by: officer)
      let second = try await cast.store.searchDataSubject(
        code, PageRequest(limit: 2, cursor: first.nextCursor), by: officer)
      #expect((first.items + second.items).map(\.space.space.id) == [held, restricted, archived])

      let other = Cast.appointment("ossi", roles: [.dataProtectionOfficer], committed: nil)
      _ = try await cast.store.appoint(other, to: cast.otherOrganisation.id, by: cast.otherAdmin)
      let stranger = try await cast.store.caller(Cast.staff("ossi"))
      #expect(try await cast.store.searchDataSubject(code, PageRequest(), by: stranger).items.isEmpty)
      let rows = try await cast.installation.asAdmin(
        """
        SELECT spaces_found, person_id IS NOT NULL, account_id FROM ohjaustila.data_subject_search ORDER BY searched_at
        """
      ) { (try $0.get(0, as: Int.self), try $0.get(1, as: Bool.self), try $0.get(2, as: ID<Account>.self).uuid) }
      #expect(rows.map(\.0) == [0, 3, 3, 3, 0] && rows.map(\.1) == [false, true, true, true, false])
      #expect(rows.map(\.2) == [officer, officer, officer, officer, stranger].map(\.uuid))
    }
  }

  /// Pages of every length tell the same as one that has all, also where somebody has several places in a space and
  /// where spaces were opened at one instant.
  @Test func pagesLoseNothing() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      var person = try await cast.visitor("s")
      for round in 0..<4 {
        let space = try await cast.openSpace(customers: [Cast.invited(0), Cast.invited(email: "a@b.fi")]).space.id
        guard round != 2 else { continue }
        _ = try await cast.store.enter(space, invitation: try await cast.newestCode(), by: person)
      }
      _ = try await cast.space()
      try await cast.alter("UPDATE ohjaustila.space SET created_at = (SELECT min(created_at) FROM ohjaustila.space)")
      person = try await cast.store.caller(
        Identity(
          issuer: "suomi.fi", subject: "s", name: nil, personalIdentityCode: PersonalIdentityCode(Cast.hetus[0]),
          authenticatedAt: cast.store.clock.now, vouchesForStaff: false, vouchesForCustomers: true))
      _ = try await cast.space()
      let truth = try await cast.installation.asAdmin(
        "SELECT space_id, id FROM ohjaustila.participant WHERE person_id = \(ID<Person>(try #require(person.uuid)))"
      ) { [try $0.get(0, as: ID<Space>.self).description, try $0.get(1, as: ID<Participation>.self).description] }
      #expect(truth.count == 9)
      for limit in 1...10 {
        var found: [[String]] = []
        var cursor: String?
        repeat {
          let page = try await cast.store.searchDataSubject(
            PersonalIdentityCode(Cast.hetus[0]), PageRequest(limit: limit, cursor: cursor), by: officer)
          found += page.items.map { [$0.space.space.id.description, $0.participant.description] }
          cursor = page.nextCursor
        } while cursor != nil
        #expect(found.count == truth.count && Set(found) == Set(truth), "pages of \(limit)")
      }
    }
  }

  @Test func onlyOfficersSearch() async throws {
    try await Cast.with { cast in
      _ = try await cast.space()
      let code = try PersonalIdentityCode(Cast.hetus[0])
      for caller in [cast.admin, cast.counsellor, cast.operator, try await cast.customer(), try await cast.visitor()] {
        await #expect(throws: Refusal.forbidden(.role)) {
          try await cast.store.searchDataSubject(code, PageRequest(), by: caller)
        }
      }
      let officer = try await cast.officer()
      await #expect(throws: Refusal.self) {
        try await cast.store.searchDataSubject(code, PageRequest(cursor: "x"), by: officer)
      }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.data_subject_search") == 0)
    }
  }
}
