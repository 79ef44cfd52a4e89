import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Databases that the service refuses to serve from.
@Suite struct SafetyCheckTests {
  private func check(_ installation: TestInstallation, url: String, isMovable: Bool = true) async throws {
    let store = installation.store
    let service = Database(.init(url: url, connections: 1, requireOneFunction: "ohjaustila.require_one"))
    let other = GuidanceStore(
      service: service, scheduler: installation.scheduler, dpo: installation.dpo, keys: store.keys,
      archiveKeys: store.archiveKeys,
      policies: store.policies, zone: store.zone, clock: GuidanceClock(isMovable: isMovable), logger: store.logger)
    do {
      try await other.checkDatabase()
    } catch {
      await service.shutdown(grace: .zero)
      throw error
    }
    await service.shutdown(grace: .zero)
  }

  @Test func rolesThatRowLevelSecurityDoesNotBind() async throws {
    try await TestInstallation.with { installation in
      let roles = RoleNames.standard
      try await check(installation, url: installation.url(roles.service), isMovable: false)
      for url in [installation.adminURL, installation.url(roles.backup)] {
        let error = await #expect(throws: UnsafeDatabase.self) { try await check(installation, url: url) }
        guard case .tooPowerful = error else { throw error ?? UnsafeDatabase.developmentClock }
      }
    }
  }

  @Test func aMovedClockIsForDevelopmentOnly() async throws {
    try await TestInstallation.with { installation in
      let url = installation.url(RoleNames.standard.service)
      try await installation.store.moveClock(to: installation.store.clock.now + .seconds(60))
      try await check(installation, url: url)
      await #expect(throws: UnsafeDatabase.developmentClock) {
        try await check(installation, url: url, isMovable: false)
      }
      await #expect(throws: Refusal.self) {
        try await installation.store.moveClock(to: installation.store.clock.now - .seconds(30))
      }
    }
  }

  /// Each kind of person as the service takes them; figures are for the operator alone.
  @Test func whoIsWho() async throws {
    try await Cast.with { cast in
      let space = try await cast.openSpace()
      let staff = try await cast.store.me(cast.counsellor)
      #expect(staff.memberships.map(\.organisation) == [cast.organisation.id] && staff.contact == nil)
      let customer = try await cast.store.me(try await cast.customer())
      #expect(customer.memberships.isEmpty && customer.contact?.language == .finnish)
      let stranger = try await cast.store.me(try await cast.visitor())
      #expect(stranger.memberships.isEmpty && stranger.contact == nil)
      let forecast = try await cast.store.forecast(days: 700, for: cast.operator)
      #expect(forecast.map(\.state) == [.reactivatable, .archived, .erased] && forecast.allSatisfy { $0.spaces == 1 })
      #expect(forecast.first?.day == space.space.timeline.lastDays.active.adding(days: 1))
      for caller in [cast.admin, cast.counsellor] {
        await #expect(throws: Refusal.forbidden(.operatorOnly)) { try await cast.store.forecast(days: 1, for: caller) }
        await #expect(throws: Refusal.forbidden(.operatorOnly)) {
          try await cast.store.createOrganisation(Cast.draft("Uusi", admin: "x"), by: caller)
        }
        await #expect(throws: Refusal.forbidden(.operatorOnly)) {
          try await cast.store.organisations(PageRequest(), for: caller)
        }
      }
    }
  }
}
