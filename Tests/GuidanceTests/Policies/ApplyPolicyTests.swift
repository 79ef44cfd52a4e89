import Foundation
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// A later version comes over spaces that live.
@Suite struct ApplyPolicyTests {
  /// Spaces opened under the first version, and a copy of the service that knows the second as well.
  private func with(
    _ second: Policy, _ body: (Cast, TestInstallation, PolicyChange) async throws -> Void
  ) async throws {
    try await Cast.with(policies: Policies([Versions.first()])) { cast in
      let copy = try await cast.installation.copy(policies: Policies([Versions.first(), second]))
      let change = try copy.store.policyChange(register: "ohjaustila", to: second.version)
      try await body(cast, copy, change)
      await copy.shutdown()
    }
  }

  private func apply(_ change: PolicyChange, on store: GuidanceStore) async throws -> PolicyReport {
    try await store.applyPolicy(change, token: try await store.previewPolicy(change).token)
  }

  /// One space active, one closed by itself, one archived, one erased and unswept: what has passed never moves, what is
  /// to come moves no nearer than every warning needs, and everything that depends on it goes along.
  @Test func whatHasPassedStaysAndTheRestMoves() async throws {
    try await with(Versions.shorter()) { cast, copy, change in
      let store = copy.store
      let over = try await cast.space()
      try await store.moveClock(to: try await cast.timeline(of: over).erases - .seconds(500 * 86_400))
      let archived = try await cast.space()
      try await store.moveClock(to: try await cast.timeline(of: archived).archives - .seconds(60 * 86_400))
      let closed = try await cast.space()
      try await store.moveClock(to: try await cast.timeline(of: closed).closes - .seconds(10 * 86_400))
      let active = try await cast.space()
      try await store.moveClock(
        to: max(try await cast.timeline(of: over).erases, try await cast.timeline(of: closed).closes) + .seconds(60))
      let before = try await lives([over, archived, closed, active], in: cast)
      let issued = try await store.previewPolicy(change)
      let now = store.clock.now
      let report = try await store.applyPolicy(change, token: issued.token)
      let after = try await lives([over, archived, closed, active], in: cast)
      #expect(after[0] == before[0], "an erased space is the sweep's")
      #expect(report.governed == 3 && report.refused == [:] && report.skipped == 0)
      #expect(issued.preview.governed == [1: 3] && issued.preview.lengthened == 0)
      #expect(issued.preview.shortened == report.moved && issued.preview.unchanged == 3 - report.moved)
      #expect(issued.preview.dueAtOnce == 0 && issued.preview.erasedAtOnce == 0)
      let nearest = now + .seconds(30 * 86_400 - 3600)
      for (old, new) in zip(before, after).dropFirst() {
        #expect(new.version == 2 && old.version == 1)
        for (was, becomes) in zip(old.boundaries, new.boundaries) {
          #expect(was > now || becomes == was, "a boundary that has passed moved")
          #expect(becomes <= was, "nothing is kept longer")
          #expect(becomes == was || becomes >= nearest, "nothing comes nearer than the warnings")
        }
      }
      for space in [archived, closed, active] {
        let chain = try await Chain.verify(space, in: cast.installation)
        #expect(chain.kinds.count { $0 == "policyChanged" } == 1)
      }
      #expect(
        try await cast.count(
          """
          SELECT count(*) FROM ohjaustila.my_space m JOIN ohjaustila.space s ON s.id = m.space_id
          WHERE m.visible_until <> CASE m.role WHEN 'customer' THEN s.erases_at ELSE s.archives_at END
          """) == 0)
      // The sweep goes on under the new version, to the end.
      try await copy.advance(to: after[3].boundaries[3])
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space") == 0)
      for space in [over, archived, closed, active] { _ = try await Chain.verify(space, in: cast.installation) }
    }
  }

  private struct LifeRow: Equatable {
    let version: Int
    let boundaries: [Instant]
  }

  private func lives(_ spaces: [ID<Space>], in cast: Cast) async throws -> [LifeRow] {
    var rows: [LifeRow] = []
    for space in spaces {
      rows += try await cast.installation.asAdmin(
        "SELECT policy_version, closes_at, seals_at, archives_at, erases_at FROM ohjaustila.space WHERE id = \(space)"
      ) { row in try LifeRow(version: row.get(0), boundaries: (1...4).map { try row.get($0, as: Instant.self) }) }
    }
    return rows
  }

  /// What the core computed is what is stored: promise, timeline and all, read back by every later fact.
  @Test func thePromiseIsKeptAndAReactivationMakesItsFirstPartVoid() async throws {
    try await with(Versions.shorter()) { cast, copy, change in
      let store = copy.store
      let space = try await cast.space()
      try await store.moveClock(to: try await cast.timeline(of: space).closes - .seconds(10 * 86_400))
      #expect(try await apply(change, on: store).governed == 1)
      let view = try await store.space(space, for: cast.counsellor)
      let promise = try #require(view.space.life.promise)
      #expect(promise.active?.lastDay == view.space.timeline.lastDays.active && promise.active?.passedAt == nil)
      #expect(view.space.life.timeline(change.next, store.zone) == view.space.timeline)
      let explained = try await store.timeline(of: space, for: cast.counsellor).explanation
      #expect(explained.steps[0].cause == .promised)
      _ = try await store.close(space, reason: nil, by: cast.counsellor)
      let active = try await store.reactivate(space, by: cast.counsellor)
      #expect(active.space.life.promise?.active == nil && active.space.life.promise != nil)
      #expect(active.space.life.timeline(change.next, store.zone) == active.space.timeline)
      _ = try await Chain.verify(space, in: cast.installation)
    }
  }

  /// Nothing is kept longer without a data protection officer's recorded approval of this very text.
  @Test func lengtheningNeedsTheRecordedApproval() async throws {
    try await with(Versions.longer()) { cast, copy, change in
      let space = try await cast.space()
      let before = try await cast.timeline(of: space).closes
      let preview = try await copy.store.previewPolicy(change).preview
      #expect(preview.lengthened == 1 && preview.moves[.closing]?.later == 1)
      #expect((58...62).contains(try #require(preview.moves[.closing]?.medianDays)))
      let refused = try await apply(change, on: copy.store)
      #expect(refused.governed == 0 && refused.refused == [.lengtheningNotApproved: 1])
      #expect(try await cast.timeline(of: space).closes == before)
      let account = try #require(cast.admin.uuid)
      func approve(_ digest: [UInt8], of organisation: ID<Organisation>) async throws {
        try await cast.alter(
          """
          INSERT INTO ohjaustila.policy_approval VALUES (\(organisation), 'ohjaustila', 2, \(Bytea(digest)),
            \(account), '2026-01-01') ON CONFLICT (organisation_id, register, version) DO UPDATE SET digest = excluded.digest
          """)
      }
      // Another organisation's approval, or one of another text, is none.
      try await approve(change.next.digest, of: cast.otherOrganisation.id)
      try await approve([UInt8](repeating: 7, count: 32), of: cast.organisation.id)
      #expect(try await apply(change, on: copy.store).governed == 0)
      try await approve(change.next.digest, of: cast.organisation.id)
      #expect(try await apply(change, on: copy.store) == report { ($0.governed, $0.moved) = (1, 1) })
      #expect(try await cast.timeline(of: space).closes > before)
    }
  }

  private func report(_ change: (inout PolicyReport) -> Void) -> PolicyReport {
    var report = PolicyReport()
    change(&report)
    return report
  }

  /// A hold stands on a reason that the new version must know.
  @Test func aHoldKeepsASpaceUnderTheVersionThatKnowsItsReason() async throws {
    let without = try Versions.version(2, [("reason: legalClaim", "reason: otherClaim")])
    try await with(without) { cast, copy, change in
      let (held, free) = (try await cast.space(), try await cast.space())
      try await cast.alter(
        "UPDATE ohjaustila.space SET hold_reason = 'legalClaim', hold_last_day = '2026-01-01' WHERE id = \(held)")
      #expect(try await copy.store.previewPolicy(change).preview.refused == [.holdReasonUnknown: 1])
      let report = try await apply(change, on: copy.store)
      #expect(report.governed == 1 && report.refused == [.holdReasonUnknown: 1])
      #expect(try await copy.store.space(free, for: cast.counsellor).space.policyVersion == 2)
      #expect(try await copy.store.space(held, for: cast.counsellor).space.policyVersion == 1)
    }
  }

  /// Only the spaces of the organisation that asks.
  @Test func anOrganisationChangesItsOwnSpaces() async throws {
    try await with(Versions.shorter()) { cast, copy, _ in
      _ = try await cast.space()
      let others = try copy.store.policyChange(register: "ohjaustila", to: 2, organisation: cast.otherOrganisation.id)
      #expect(try await copy.store.previewPolicy(others).preview == PolicyPreview())
      #expect(try await apply(others, on: copy.store) == PolicyReport())
      let own = try copy.store.policyChange(register: "ohjaustila", to: 2, organisation: cast.organisation.id)
      #expect(try await apply(own, on: copy.store).governed == 1)
    }
  }

  @Test func onlyAVersionWithAnEarlierOneIsAChange() async throws {
    try await with(Versions.shorter()) { _, copy, _ in
      #expect(throws: Refusal.notFound) { try copy.store.policyChange(register: "calls", to: 2) }
      for version in [1, 3] {
        #expect(throws: Refusal.invalid(field: "/version", rule: "is one of 2")) {
          try copy.store.policyChange(register: "ohjaustila", to: version)
        }
      }
    }
  }

  /// A token is for what was looked at: this change, these files, this hour.
  @Test func aTokenIsGoodForOneChangeAndAnHour() async throws {
    try await with(Versions.shorter()) { cast, copy, change in
      let store = copy.store
      let token = try await store.previewPolicy(change).token
      let own = try store.policyChange(register: "ohjaustila", to: 2, organisation: cast.organisation.id)
      let edited = try Policies([Versions.first(), Versions.version(2)])
      let other = try #require(PolicyChange(register: "ohjaustila", to: 2, organisation: nil, policies: edited))
      let forged = token.dropLast() + (token.last == "0" ? "1" : "0")
      let later = "9" + token.dropFirst()
      for (change, token) in [
        (own, token), (other, token), (change, String(forged)), (change, later), (change, ""), (change, "."),
        (change, "\(Int64.max).00"),
      ] {
        await #expect(throws: Refusal.self) { try await store.applyPolicy(change, token: token) }
      }
      try await store.moveClock(to: store.clock.now + .seconds(3600))
      await #expect(throws: Refusal.self) { try await store.applyPolicy(change, token: token) }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.space WHERE policy_version = 2") == 0)
    }
  }
}

/// Who may record an approval, as the database itself sees it.
@Suite struct PolicyApprovalTests {
  @Test func onlyAnOfficerApprovesAndInTheirOwnName() async throws {
    try await Cast.with { cast in
      let officer = try await cast.officer()
      func approve(as caller: Caller, named account: Caller, for organisation: ID<Organisation>) async throws {
        let store = cast.store
        _ = try await store.dpo.write(preamble: [store.stating(caller)]) { transaction in
          try transaction.execute(
            """
            INSERT INTO ohjaustila.policy_approval VALUES (\(organisation), 'ohjaustila', 1,
              \(Bytea([UInt8](repeating: 1, count: 32))), \(account.uuid), ohjaustila.instant_now())
            """)
        }
      }
      for (caller, account, organisation) in [
        (cast.counsellor, cast.counsellor, cast.organisation.id), (cast.admin, cast.admin, cast.organisation.id),
        (officer, cast.counsellor, cast.organisation.id), (officer, officer, cast.otherOrganisation.id),
      ] {
        let error = await #expect(throws: PostgresError.self) {
          try await approve(as: caller, named: account, for: organisation)
        }
        #expect(error?.sqlState == .insufficientPrivilege)
      }
      try await approve(as: officer, named: officer, for: cast.organisation.id)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.policy_approval") == 1)
    }
  }
}
