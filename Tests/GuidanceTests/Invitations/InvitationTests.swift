import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Who comes into a space, and with what.
@Suite struct InvitationTests {
  @Test func aCodeOpensItsSpaceOnce() async throws {
    try await Cast.with { cast in
      let store = cast.store
      let space = try await cast.openSpace(customers: [Cast.invited(email: "a@b.fi")]).space.id
      let code = try await cast.newestCode()
      let elsewhere = try await cast.openSpace(customers: [Cast.invited(email: "c@d.fi")]).space.id
      let visitor = try await cast.visitor()
      await #expect(throws: Refusal.notFound) { try await store.enter(space, invitation: nil, by: visitor) }
      for wrong in ["", "nonsense", "0000-0000-0000-0000-0000-0000", String(repeating: "A", count: 4000), "a\u{0}b"] {
        await #expect(throws: Refusal.invitationRefused) {
          try await store.enter(space, invitation: wrong, by: visitor)
        }
      }
      await #expect(throws: Refusal.invitationRefused) {
        try await store.enter(elsewhere, invitation: code, by: visitor)
      }
      await #expect(throws: Refusal.notFound) { try await store.enter(space, invitation: code, by: cast.colleague) }
      #expect(try await store.enter(space, invitation: code, by: visitor).state == .active)
      #expect(try await store.enter(space, invitation: code, by: try await cast.visitor()).state == .active)
      let second = try await cast.visitor("second")
      await #expect(throws: Refusal.invitationRefused) { try await store.enter(space, invitation: code, by: second) }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.person") == 1)
    }
  }

  /// Who was bound to their place is in the journal: the participant, who then authenticated, once.
  @Test func aRedeemedCodeIsJournaled() async throws {
    try await Cast.with { cast in
      let space = try await cast.openSpace(customers: [Cast.invited(email: "a@b.fi")]).space.id
      let code = try await cast.newestCode()
      let view = try await cast.store.enter(space, invitation: code, by: try await cast.visitor())
      let chain = try await Chain.verify(space, in: cast.installation)
      #expect(chain.kinds == ["opened", "participantInvited", "invitationRedeemed", "customerAuthenticated"])
      let participant = try #require(view.participation).description
      let day = cast.store.zone.date(of: cast.store.clock.now).description
      let texts = chain.entries.map { String(decoding: $0.bytes, as: UTF8.self) }
      #expect(texts[2].hasSuffix(#""actor":"participant:\#(participant)","participant":"\#(participant)"}"#))
      #expect(texts[3].hasSuffix(#""participant":"\#(participant)","authenticatedOn":"\#(day)"}"#))
    }
  }

  /// A code redeemed when a boundary has passed unswept: the crossing comes first, and is journaled once.
  @Test func aCodeRedeemedAfterTheClosingJournalsThatFirst() async throws {
    try await Cast.with(options: .init(invitationLifetime: .seconds(200 * 86_400))) { cast in
      let space = try await cast.openSpace(customers: [Cast.invited(email: "a@b.fi")]).space.id
      let code = try await cast.newestCode()
      try await cast.store.moveClock(to: try await cast.timeline(of: space).closes)
      _ = try await cast.store.enter(space, invitation: code, by: try await cast.visitor())
      _ = try await cast.store.sweep()
      let chain = try await Chain.verify(space, in: cast.installation)
      #expect(
        chain.kinds == ["opened", "participantInvited", "crossed", "invitationRedeemed", "customerAuthenticated"])
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.outbox WHERE kind = 'closed'") == 1)
    }
  }

  @Test func anExpiredOrWithdrawnCodeOpensNothing() async throws {
    try await Cast.with(options: .init(invitationLifetime: .seconds(86_400))) { cast in
      let space = try await cast.space()
      let invited = try await cast.store.invite(Cast.invited(email: "a@b.fi"), to: space, by: cast.counsellor)
      let withdrawn = try await cast.newestCode()
      try await cast.store.endPlace(invited.id, in: space, by: cast.counsellor)
      let visitor = try await cast.visitor()
      await #expect(throws: Refusal.invitationRefused) {
        try await cast.store.enter(space, invitation: withdrawn, by: visitor)
      }
      _ = try await cast.store.invite(Cast.invited(email: "a@b.fi"), to: space, by: cast.counsellor)
      let expired = try await cast.newestCode()
      #expect(expired != withdrawn)
      try await cast.store.moveClock(to: cast.store.clock.now + .seconds(86_401))
      await #expect(throws: Refusal.invitationRefused) {
        try await cast.store.enter(space, invitation: expired, by: try await cast.visitor())
      }
      await #expect(throws: Refusal.lastOne("a space's own counsellor is only ever replaced, by a transfer")) {
        let own = try await cast.store.space(space, for: cast.counsellor).participation
        try await cast.store.endPlace(try #require(own), in: space, by: cast.counsellor)
      }
    }
  }

  /// Of several who redeem one code at once, one gets in; the others leave no trace.
  @Test func oneOfManyWinsACode() async throws {
    try await Cast.with(connections: 6) { cast in
      let space = try await cast.openSpace(customers: [Cast.invited(email: "a@b.fi")]).space.id
      let code = try await cast.newestCode()
      var visitors: [Caller] = []
      for number in 0..<5 { visitors.append(try await cast.visitor("visitor \(number)")) }
      let entered = try await withThrowingTaskGroup(of: Int.self) { group in
        for visitor in visitors {
          group.addTask {
            do {
              _ = try await cast.store.enter(space, invitation: code, by: visitor)
              return 1
            } catch Refusal.invitationRefused {
              return 0
            }
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(entered == 1)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.person") == 1)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.my_space WHERE role = 'customer'") == 1)
    }
  }

  @Test func whoCannotBeInvited() async throws {
    try await Cast.with { cast in
      await #expect(throws: Refusal.invalid(field: "/customers/1/hetu", rule: "names each customer once")) {
        try await cast.openSpace(customers: [Cast.invited(0), Cast.invited(0)])
      }
      await #expect(throws: Refusal.invalid(field: "/customers/0", rule: "has a hetu or an email")) {
        try await cast.openSpace(customers: [.init(personalIdentityCode: nil, email: nil, name: "Nimi")])
      }
      let space = try await cast.space()
      await #expect(throws: Refusal.invalid(field: "/hetu", rule: "names somebody who is not in the space yet")) {
        try await cast.store.invite(Cast.invited(0), to: space, by: cast.counsellor)
      }
      await #expect(throws: Refusal.notFound) { try await cast.openSpace(by: try await cast.customer()) }
      for outsider in [cast.otherAdmin, cast.operator] {
        await #expect(throws: Refusal.self) { try await cast.openSpace(by: outsider) }
      }
      await #expect(throws: Refusal.forbidden(.role)) { try await cast.openSpace(by: cast.admin) }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.person") == 1)
    }
  }

  /// A subject that is known with one personal identity code comes with another: a person of their own, no loop.
  @Test(.timeLimit(.minutes(1))) func aSubjectWithAnotherIdentityCodeIsAnother() async throws {
    try await Cast.with { cast in
      func somebody(_ hetu: Int) async throws -> Caller {
        try await cast.store.caller(
          Identity(
            issuer: "suomi.fi", subject: "same", personalIdentityCode: PersonalIdentityCode(Cast.hetus[hetu]),
            authenticatedAt: cast.store.clock.now, vouchesForStaff: false, vouchesForCustomers: true))
      }
      var principals: Set<Caller.Principal> = []
      for hetu in [4, 5] {
        let space = try await cast.openSpace(customers: [Cast.invited(email: "a@b.fi")]).space.id
        _ = try await cast.store.enter(space, invitation: try await cast.newestCode(), by: try await somebody(hetu))
        principals.insert(try await somebody(hetu).principal)
        #expect(try await cast.store.spaces(PageRequest(), for: try await somebody(hetu)).items.count == 1)
      }
      #expect(principals.count == 2)
    }
  }

  /// A token that does not reach a customer's assurance is nobody, also right after one that does.
  @Test func aWeakerTokenIsNotTakenForAStronger() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let strong = try await cast.customer()
      _ = try await cast.store.space(space, for: strong)
      let weak = try await cast.store.caller(
        Identity(
          issuer: strong.identity.issuer, subject: strong.identity.subject,
          personalIdentityCode: strong.identity.personalIdentityCode, authenticatedAt: cast.store.clock.now,
          vouchesForStaff: false, vouchesForCustomers: false))
      #expect(weak.principal == .stranger)
      await #expect(throws: Refusal.notFound) { try await cast.store.space(space, for: weak) }
    }
  }

  /// Openings, invitations, codes and erasures of the same people at once: no deadlock, no lost person, whole chains.
  @Test func nobodyWaitsForNobody() async throws {
    try await Cast.with(connections: 6) { cast in
      let store = cast.store
      let erased = try await cast.openSpace(customers: (0..<4).map(Cast.invited)).space.id
      try await store.moveClock(to: try await cast.timeline(of: erased).erases)
      await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<5 {
          group.addTask {
            var random = SplitMix64(seed: testSeed &+ UInt64(worker))
            for _ in 0..<6 {
              let order = Array((0..<4).shuffled(using: &random).prefix(3))
              let space = try await cast.openSpace(customers: order.map(Cast.invited) + [Cast.invited(email: "a@b.fi")])
              let missing = (0..<4).filter { !order.contains($0) }
              for number in missing {
                _ = try await store.invite(Cast.invited(number), to: space.space.id, by: cast.counsellor)
              }
              _ = try await store.space(space.space.id, for: try await cast.customer(order[0]))
            }
          }
        }
        group.addTask { for _ in 0..<4 { _ = try await store.sweep() } }
        do { try await group.waitForAll() } catch {
          Issue.record(error, "seed \(testSeed)")
        }
      }
      _ = try await store.sweep()
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.person") == 4)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.participant WHERE person_id IS NOT NULL") == 120)
    }
  }
}
