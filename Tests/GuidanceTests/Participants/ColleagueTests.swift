import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// A second professional comes in by the customers' consent, and goes by anybody's wish.
@Suite struct ColleagueTests {
  /// A counsellor of the other organisation.
  private static func guest(_ cast: Cast) async throws -> Caller {
    _ = try await cast.store.appoint(Cast.appointment("vieras"), to: cast.otherOrganisation.id, by: cast.otherAdmin)
    return try await cast.store.caller(Cast.staff("vieras"))
  }

  @Test func nothingIsSeenBeforeTheCustomerAgrees() async throws {
    try await Cast.with { cast in
      let guest = try await Self.guest(cast)
      let space = try await cast.space()
      let customer = try await cast.customer()
      _ = try await cast.store.enter(space, invitation: nil, by: customer)
      let draft = ColleagueDraft(subject: "vieras", organisation: cast.otherOrganisation.id)
      let proposed = try await cast.store.propose(draft, to: space, by: cast.counsellor)
      #expect(proposed.isPending && proposed.name == "Vieras" && proposed.secondOf == cast.otherOrganisation.id)
      for action in Action.allCases where action != .enter {
        #expect(try await cast.attempt(action, on: space, by: guest) == .notFound, "\(action)")
      }
      #expect(try await cast.store.spaces(PageRequest(), for: guest).items.isEmpty)
      for caller in [cast.counsellor, cast.admin] {
        await #expect(throws: Refusal.forbidden(.role)) {
          try await cast.store.accept(proposed.id, in: space, by: caller)
        }
      }
      await #expect(throws: Refusal.notFound) { try await cast.store.accept(proposed.id, in: space, by: guest) }
      let accepted = try await cast.store.accept(proposed.id, in: space, by: customer)
      #expect(!accepted.isPending && accepted.enteredAt != nil)
      await #expect(throws: Refusal.notFound) { try await cast.store.accept(proposed.id, in: space, by: customer) }
      // What counsellors see, and what they may.
      #expect(
        try await cast.store.space(space, for: guest).allowedActions
          == cast.store.space(space, for: cast.counsellor).allowedActions)
      _ = try await cast.store.postMessage("Hei", to: space, by: guest)
      #expect(try await cast.store.space(space, for: cast.admin).counsellors == ["Olli", "Vieras"])
      // Nothing else of that organisation, nor for its admin.
      await #expect(throws: Refusal.notFound) { try await cast.store.space(space, for: cast.otherAdmin) }
      // By time alone it ends as for every counsellor.
      try await cast.bring(space, to: .archived)
      await #expect(throws: Refusal.notFound) { try await cast.store.space(space, for: guest) }
      let kinds = try await Chain.verify(space, in: cast.installation).kinds
      #expect(kinds.contains("participantProposed") && kinds.contains("participantAccepted"))
    }
  }

  /// Of several customers everybody who has entered has to agree.
  @Test func everyCustomerIsAsked() async throws {
    try await Cast.with { cast in
      let space = try await cast.openSpace(customers: (0...2).map(Cast.invited)).space.id
      let (first, second) = (try await cast.customer(0), try await cast.customer(1))
      for customer in [first, second] { _ = try await cast.store.enter(space, invitation: nil, by: customer) }
      let draft = ColleagueDraft(subject: "kaisa", organisation: nil)
      let proposed = try await cast.store.propose(draft, to: space, by: cast.counsellor)
      await #expect(
        performing: {
          try await cast.store.propose(draft, to: space, by: cast.counsellor)
        },
        throws: { error in
          guard case .invalid(field: "/subject", _)? = error as? Refusal else { return false }
          return true
        })
      for _ in 0..<2 { #expect(try await cast.store.accept(proposed.id, in: space, by: first).isPending) }
      await #expect(throws: Refusal.notFound) { try await cast.store.space(space, for: cast.colleague) }
      #expect(try await cast.store.accept(proposed.id, in: space, by: second).isPending == false)
      #expect(try await cast.store.space(space, for: cast.colleague).state == .active)
    }
  }

  enum Ending: CaseIterable {
    case declined, withdrawn, consentTakenBack, left, removed, dismissed, uncommitted, lapsed
  }

  /// However it ends, it ends at once, and the space's own counsellor stays.
  @Test(arguments: Ending.allCases) func itEnds(_ ending: Ending) async throws {
    let shipped = try Policies(TestInstallation.shippedPolicies())
    try await Cast.with(policies: shipped) { cast in
      let guest = try await Self.guest(cast)
      let space = try await cast.space()
      let customer = try await cast.customer()
      _ = try await cast.store.enter(space, invitation: nil, by: customer)
      let draft = ColleagueDraft(subject: "vieras", organisation: cast.otherOrganisation.id)
      let place = try await cast.store.propose(draft, to: space, by: cast.counsellor).id
      if ending != .declined, ending != .withdrawn { _ = try await cast.store.accept(place, in: space, by: customer) }
      let kind: String?
      switch ending {
      case .declined, .consentTakenBack:
        try await cast.store.endPlace(place, in: space, by: customer)
        kind = ending == .declined ? "participantDeclined" : "participantRemoved"
      case .withdrawn, .removed:
        try await cast.store.endPlace(place, in: space, by: cast.counsellor)
        kind = ending == .withdrawn ? "participantWithdrawn" : "participantRemoved"
      case .left:
        try await cast.store.endPlace(place, in: space, by: guest)
        kind = "participantLeft"
      case .dismissed:
        try await cast.store.dismiss("vieras", from: cast.otherOrganisation.id, by: cast.otherAdmin)
        kind = nil
      case .uncommitted:
        _ = try await cast.store.appoint(
          Cast.appointment("vieras", committed: nil), to: cast.otherOrganisation.id, by: cast.otherAdmin)
        kind = nil
      case .lapsed:
        try await cast.alter(
          "UPDATE ohjaustila.staff_member SET last_used_on = '2020-01-01', reviewed_on = '2020-01-01' WHERE subject = 'vieras'"
        )
        #expect(try await cast.store.sweep().rightsEnded == 1)
        kind = nil
      }
      await #expect(throws: Refusal.notFound) { try await cast.store.space(space, for: guest) }
      #expect(try await cast.store.spaces(PageRequest(), for: guest).items.isEmpty)
      #expect(try await cast.store.space(space, for: cast.counsellor).state == .active)
      let kinds = try await Chain.verify(space, in: cast.installation).kinds
      if let kind { #expect(kinds.last == kind) }
      if ending == .declined {
        await #expect(throws: Refusal.notFound) { try await cast.store.accept(place, in: space, by: customer) }
      }
    }
  }

  /// Who lost the right to a space while being proposed does not come in.
  @Test func anUnavailableColleagueIsNotLetIn() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let customer = try await cast.customer()
      _ = try await cast.store.enter(space, invitation: nil, by: customer)
      let place = try await cast.store.propose(
        ColleagueDraft(subject: "kaisa", organisation: nil), to: space, by: cast.counsellor
      ).id
      _ = try await cast.store.appoint(
        Cast.appointment("kaisa", committed: nil), to: cast.organisation.id, by: cast.admin)
      await #expect(throws: Refusal.colleagueUnavailable) {
        try await cast.store.accept(place, in: space, by: customer)
      }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.colleague_consent") == 0)
      try await cast.store.dismiss("kaisa", from: cast.organisation.id, by: cast.admin)
      await #expect(throws: Refusal.colleagueUnavailable) {
        try await cast.store.accept(place, in: space, by: customer)
      }
      await #expect(throws: Refusal.notFound) { try await cast.store.space(space, for: cast.colleague) }
    }
  }

  /// A second professional keeps no space of another organisation going, survives a transfer, and may be given the space.
  @Test func aSecondMayBecomeTheSpacesOwn() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let customer = try await cast.customer()
      _ = try await cast.store.enter(space, invitation: nil, by: customer)
      let guest = try await Self.guest(cast)
      let places = try await [
        ColleagueDraft(subject: "kaisa", organisation: nil),
        ColleagueDraft(subject: "vieras", organisation: cast.otherOrganisation.id),
      ].mapInOrder { draft in
        let place = try await cast.store.propose(draft, to: space, by: cast.counsellor).id
        return try await cast.store.accept(place, in: space, by: customer).id
      }
      _ = try await cast.store.transfer(space, to: "kaisa", reason: nil, by: cast.admin)
      await #expect(throws: Refusal.notFound) { try await cast.store.space(space, for: cast.counsellor) }
      let own = try await cast.store.participants(of: space, for: cast.colleague).filter { $0.id == places[0] }
      #expect(own.map(\.secondOf) == [nil] && own.map(\.leftAt) == [nil])
      await #expect(throws: Refusal.lastOne("a space's own counsellor is only ever replaced, by a transfer")) {
        try await cast.store.endPlace(places[0], in: space, by: customer)
      }
      #expect(try await cast.store.space(space, for: guest).state == .active)
      try await cast.store.dismiss("kaisa", from: cast.organisation.id, by: cast.admin)
      #expect(try await cast.store.orphans(of: cast.organisation.id, for: cast.admin).map(\.space.id) == [space])
    }
  }

  @Test func customersAreAskedByMail() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let space = try await office.openSpace().space.id
      let customer = try await cast.customer()
      _ = try await cast.store.enter(space, invitation: nil, by: customer)
      let draft = ColleagueDraft(subject: "kaisa", organisation: nil)
      var place = try await cast.store.propose(draft, to: space, by: cast.counsellor).id
      let mails = try await office.deliver()
      #expect(mails.map(\.subject) == ["Saako toinen ohjaaja tulla ohjaustilaasi?"] && !mails[0].text.contains("Kaisa"))
      try await cast.store.endPlace(place, in: space, by: cast.counsellor)
      place = try await cast.store.propose(draft, to: space, by: cast.counsellor).id
      try await cast.store.endPlace(place, in: space, by: customer)
      // Nobody is proposed any more.
      #expect(try await office.deliver().isEmpty)
      #expect(try await office.waiting() == 0)
    }
  }
}

extension Array {
  /// One after the other.
  fileprivate func mapInOrder<T>(_ body: (Element) async throws -> T) async rethrows -> [T] {
    var results: [T] = []
    for element in self { results.append(try await body(element)) }
    return results
  }
}
