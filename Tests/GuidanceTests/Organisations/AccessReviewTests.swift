import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Rights that nobody uses end, commitments expire, and every change of a right is written down.
@Suite struct AccessReviewTests {
  private func with(_ body: (Cast) async throws -> Void) async throws {
    try await Cast.with(policies: Policies(TestInstallation.shippedPolicies()), body)
  }

  /// Another copy of the service, which remembers nobody, and the counsellor there.
  private func seen(_ subject: String, on cast: Cast) async throws -> (TestInstallation, Caller) {
    let copy = try await cast.installation.copy()
    return (copy, try await copy.store.caller(Cast.staff(subject)))
  }

  @Test func unusedRightsAreListedAndEnd() async throws {
    try await with { cast in
      let (store, organisation) = (cast.store, cast.organisation.id)
      let space = try await cast.space()
      #expect(try await store.unusedRights(in: organisation, for: cast.admin).isEmpty)
      let start = cast.today
      let rules = try #require(store.accessReview)
      let listed = rules.listed(after: start, zone: store.zone)
      try await store.moveClock(to: listed.boundary - .seconds(1))
      #expect(try await store.unusedRights(in: organisation, for: cast.admin).isEmpty)
      try await cast.installation.advance(to: listed.boundary)
      // The admin comes to work and looks.
      let (copy, admin) = try await seen("aino", on: cast)
      let rights = try await store.unusedRights(in: organisation, for: admin)
      #expect(Set(rights.map(\.subject)) == ["olli", "kaisa"])
      let end = rules.ended(after: start, zone: store.zone)
      #expect(rights.allSatisfy { $0.lastDay == end.lastDay && $0.endsAt == end.boundary && $0.lastUsedOn == start })
      try await store.reviewAccess(in: organisation, renew: ["kaisa"], end: [], by: admin)
      #expect(try await store.unusedRights(in: organisation, for: admin).map(\.subject) == ["olli"])
      let report = try await cast.installation.advance(to: end.boundary)
      #expect(report.rightsEnded == 1)
      await #expect(throws: Refusal.notFound) { try await store.space(space, for: cast.counsellor) }
      #expect(try await store.staffMember("olli", of: organisation, for: admin).roles.isEmpty)
      #expect(try await store.staffMember("kaisa", of: organisation, for: admin).roles == [.counsellor])
      #expect(try await store.orphans(of: organisation, for: admin).map(\.space.id) == [space])
      // An appointment gives it all back.
      _ = try await store.appoint(Cast.appointment("olli"), to: organisation, by: admin)
      #expect(try await store.space(space, for: cast.counsellor).space.id == space)
      let history = try await store.staffHistory(of: organisation, PageRequest(), for: admin).items
      #expect(
        history.map { "\($0.subject) \($0.what) \($0.byWhom)" } == [
          "aino appointed operator", "olli appointed admin", "kaisa appointed admin", "kaisa renewed admin",
          "olli lapsed service", "olli changed admin",
        ])
      #expect(history[4].roles.isEmpty && history[4].byAccount == nil && history[3].byAccount?.uuid == admin.uuid)
      await copy.shutdown()
    }
  }

  /// Who is remembered from yesterday comes anew today, also where the clock jumps.
  @Test func eachDayOfWorkIsAUse() async throws {
    try await with { cast in
      let store = cast.store
      let listed = try #require(store.accessReview).listed(after: cast.today, zone: store.zone)
      _ = try await store.caller(Cast.staff("olli"))
      try await cast.installation.advance(to: listed.boundary)
      _ = try await store.caller(Cast.staff("olli"))
      let rights = try await store.unusedRights(in: cast.organisation.id, for: cast.admin)
      #expect(rights.map(\.subject).contains("kaisa") && !rights.map(\.subject).contains("olli"))
    }
  }

  /// Nobody waits for the scheduler: whoever comes too late has lost their rights by coming.
  @Test func whoComesTooLateIsNotLetIn() async throws {
    try await with { cast in
      let space = try await cast.space()
      let end = try #require(cast.store.accessReview).ended(after: cast.today, zone: cast.store.zone)
      try await cast.store.moveClock(to: end.boundary - .seconds(3600))
      let (early, colleague) = try await seen("kaisa", on: cast)
      try await cast.store.moveClock(to: end.boundary)
      let (late, counsellor) = try await seen("olli", on: cast)
      await #expect(throws: Refusal.notFound) { try await late.store.space(space, for: counsellor) }
      await #expect(throws: Refusal.forbidden(.role)) { try await cast.openSpace(by: counsellor) }
      #expect(try await cast.openSpace(by: colleague).state == .active)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.staff_history WHERE what = 'lapsed'") == 1)
      await early.shutdown()
      await late.shutdown()
    }
  }

  /// Years pass and nobody comes: of the admins one is left, who can appoint the others again.
  @Test func theLastAdminStays() async throws {
    try await with { cast in
      _ = try await cast.store.appoint(
        Cast.appointment("toinen", roles: [.admin], committed: nil), to: cast.organisation.id, by: cast.admin)
      let report = try await cast.installation.advance(to: cast.store.clock.now + .seconds(400 * 86_400))
      // Two counsellors and one of two admins; the other organisation's only admin stays as well.
      #expect(report.rightsEnded == 3)
      #expect(try await cast.store.sweep().rightsEnded == 0)
      let left = try await cast.installation.asAdmin(
        "SELECT count(*) FROM ohjaustila.my_organisation WHERE organisation_id = \(cast.organisation.id) AND role = 'admin'"
      ) { try $0.get(0, as: Int.self) }
      #expect(left == [1])
    }
  }

  @Test func reviewsAreAllOrNothing() async throws {
    try await with { cast in
      let (store, organisation) = (cast.store, cast.organisation.id)
      let space = try await cast.space()
      for (renew, end, field) in [
        (["olli", "x"], [], "/renew"), ([], ["olli", "x"], "/end"), (["olli"], ["olli"], "/end"),
      ] {
        await #expect(
          performing: {
            try await store.reviewAccess(in: organisation, renew: renew, end: end, by: cast.admin)
          },
          throws: { error in
            guard case .invalid(let named, _)? = error as? Refusal else { return false }
            return named == field
          })
      }
      await #expect(throws: Refusal.lastOne("the organisation would be left without an admin")) {
        try await store.reviewAccess(in: organisation, renew: [], end: ["aino"], by: cast.admin)
      }
      for caller in [cast.counsellor, cast.otherAdmin] {
        await #expect(throws: Refusal.notFound) {
          try await store.reviewAccess(in: organisation, renew: [], end: ["olli"], by: caller)
        }
        await #expect(throws: Refusal.notFound) { try await store.unusedRights(in: organisation, for: caller) }
      }
      await #expect(throws: Refusal.notFound) {
        try await store.staffHistory(of: organisation, PageRequest(), for: cast.counsellor)
      }
      #expect(try await store.space(space, for: cast.counsellor).state == .active)
      try await store.reviewAccess(in: organisation, renew: ["kaisa"], end: ["olli"], by: cast.admin)
      await #expect(throws: Refusal.notFound) { try await store.space(space, for: cast.counsellor) }
      let officer = try await cast.officer()
      #expect(
        try await store.staffHistory(of: organisation, PageRequest(), for: officer).items.map(\.what).contains("ended"))
    }
  }

  /// A commitment's last day is whole, and no scheduler is needed for its end; whatever is recorded afterwards.
  @Test func aCommitmentExpires() async throws {
    try await Cast.with { cast in
      let store = cast.store
      let space = try await cast.space()
      let last = cast.today.adding(days: 10)
      let appointment = StaffAppointment(
        subject: "olli", name: "Olli", email: nil, roles: [.counsellor],
        commitmentSignedOn: CivilDate(year: 2026, month: 1, day: 2), commitmentValidUntil: last)
      _ = try await store.appoint(appointment, to: cast.organisation.id, by: cast.admin)
      let customer = try await cast.customer()
      _ = try await store.enter(space, invitation: nil, by: customer)
      let later = try await cast.space()
      let end = store.zone.endOfDay(last)
      try await store.moveClock(to: end - .seconds(1))
      _ = try await store.postMessage("Hei", to: space, by: cast.counsellor)
      _ = try await store.close(space, reason: nil, by: cast.admin)
      try await store.moveClock(to: end)
      for id in [space, later] {
        for action in Action.allCases where action != .enter {
          #expect(try await cast.attempt(action, on: id, by: cast.counsellor) == .notFound, "\(action)")
        }
      }
      #expect(try await store.spaces(PageRequest(), for: cast.counsellor).items.isEmpty)
      await #expect(throws: Refusal.forbidden(.commitmentExpired)) { try await cast.openSpace() }
      #expect(try await store.orphans(of: cast.organisation.id, for: cast.admin).count == 2)
      await #expect(
        performing: {
          try await store.transfer(space, to: "olli", reason: nil, by: cast.admin)
        }, throws: { $0 is Refusal })
      _ = try await store.appoint(Cast.appointment("olli"), to: cast.organisation.id, by: cast.admin)
      #expect(try await store.space(space, for: cast.counsellor).state == .reactivatable)
    }
  }

  /// Figures speak of no fewer than five, of nothing archived, and to nobody else.
  @Test func figures() async throws {
    try await Cast.with { cast in
      let (store, organisation) = (cast.store, cast.organisation.id)
      for (subject, roles) in [("valvoja", [StaffRole.supervisor]), ("neuvoja", [.adviser])] {
        _ = try await store.appoint(
          Cast.appointment(subject, roles: roles, committed: nil), to: organisation, by: cast.admin)
      }
      let supervisor = try await store.caller(Cast.staff("valvoja"))
      let adviser = try await store.caller(Cast.staff("neuvoja"))
      var spaces: [ID<Space>] = []
      func counts() async throws -> [Int] {
        let figures = try await store.figures(of: organisation, for: supervisor)
        return figures.standings.map(\.spaces) + figures.months.map(\.spaces)
      }
      for _ in 0..<4 { spaces.append(try await cast.space()) }
      #expect(try await counts() == [])
      for _ in 0..<3 { spaces.append(try await cast.space()) }
      #expect(try await counts() == [5, 5])
      for space in spaces.prefix(2) { _ = try await store.archive(space, reason: nil, by: cast.admin) }
      #expect(try await counts() == [5, 5])
      _ = try await store.archive(spaces[2], reason: nil, by: cast.admin)
      #expect(try await counts() == [])
      for caller in [adviser, cast.counsellor, cast.otherAdmin, cast.operator, try await cast.customer()] {
        await #expect(throws: Refusal.notFound) { try await store.figures(of: organisation, for: caller) }
      }
      for caller in [supervisor, adviser] {
        for action in Action.allCases where action != .enter {
          #expect(try await cast.attempt(action, on: spaces[6], by: caller) == .notFound, "\(action)")
        }
      }
    }
  }
}
