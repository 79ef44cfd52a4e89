import ArchiveFormat
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Two places in one space turn out to be one person's: one stays, and whatever is decided about the person covers both.
@Suite struct JoinedPlacesTests {
  /// Somebody with two places, known as one person by now; the other customer has entered, too.
  private struct Joined {
    let space: ID<Space>
    let person: Caller
    let other: Caller
    /// Entered without a personal identity code: a message and a file were sent from it.
    let own: ID<Participation>
    /// Invited by the code.
    let coded: ID<Participation>
  }

  private func token(
    _ cast: Cast, subject: String = "s", hetu: Int? = nil, order: Bool = false
  ) async throws -> Caller {
    try await cast.store.caller(
      Identity(
        issuer: "suomi.fi", subject: subject, name: "Nimi", email: EmailAddress("oma@example.fi"),
        personalIdentityCode: try hetu.map { try PersonalIdentityCode(Cast.hetus[$0]) }, nonDisclosure: order,
        authenticatedAt: cast.store.clock.now, vouchesForStaff: false, vouchesForCustomers: true))
  }

  private func join(_ cast: Cast, bothEntered: Bool) async throws -> Joined {
    let space = try await cast.openSpace(
      customers: [Cast.invited(3), Cast.invited(4), Cast.invited(email: "a@b.fi")]
    ).space.id
    _ = try await cast.store.enter(space, invitation: try await cast.newestCode(), by: try await token(cast))
    let visitor = try await token(cast)
    _ = try await cast.store.postMessage("Salaisuus", to: space, by: visitor)
    try await cast.upload([1, 2, 3], to: space, by: visitor)
    let other = try await cast.customer(4)
    _ = try await cast.store.enter(space, invitation: nil, by: other)
    if bothEntered {
      let elsewhere = try await token(cast, subject: "t", hetu: 3)
      _ = try await cast.store.enter(space, invitation: nil, by: elsewhere)
      _ = try await cast.store.postMessage("Toinen", to: space, by: elsewhere)
    }
    let own = try await cast.installation.asAdmin(
      "SELECT participant_id FROM ohjaustila.message WHERE space_id = \(space) AND number = 1"
    ) { try $0.get(0, as: ID<Participation>.self) }
    let coded = try await cast.participation(3, in: space)
    return Joined(
      space: space, person: try await token(cast, hetu: 3, order: true), other: other, own: try #require(own.first),
      coded: coded)
  }

  /// An unused invitation gives way to the place that was entered; of two that were entered the code's stays.
  @Test(arguments: [false, true]) func onePlaceStays(_ bothEntered: Bool) async throws {
    try await Cast.with { cast in
      let joined = try await join(cast, bothEntered: bothEntered)
      let (kept, ended) = bothEntered ? (joined.coded, joined.own) : (joined.own, joined.coded)
      _ = try await cast.store.enter(joined.space, invitation: nil, by: joined.person)
      let places = try await cast.store.participants(of: joined.space, for: cast.counsellor)
      #expect(places.first { $0.id == kept }?.leftAt == nil && places.first { $0.id == ended }?.leftAt != nil)
      _ = try await cast.store.postMessage("Hei", to: joined.space, by: joined.person)
      let messages = try await cast.store.messages(of: joined.space, PageRequest(), for: joined.person).items
      #expect(messages.first?.text == "Salaisuus")
      #expect(
        try await cast.count(
          "SELECT count(*) FROM ohjaustila.message WHERE participant_id = \(kept) AND space_id = \(joined.space)") == 2)
      let chain = try await Chain.verify(joined.space, in: cast.installation)
      #expect(chain.kinds.count { $0 == (bothEntered ? "participantLeft" : "invitationWithdrawn") } == 1)
      // The person who is left over goes; nobody is seen twice.
      #expect(try await cast.store.sweep().peopleErased == 1)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.my_space WHERE role = 'customer'") == 2)
      // A consent waits for nobody who is not there any more.
      let proposed = try await cast.store.propose(
        ColleagueDraft(subject: "kaisa", organisation: nil), to: joined.space, by: cast.counsellor)
      #expect(try await cast.store.accept(proposed.id, in: joined.space, by: joined.other).isPending)
      #expect(try await !cast.store.accept(proposed.id, in: joined.space, by: joined.person).isPending)
      // And the one place that is left can be left.
      try await cast.store.endPlace(kept, in: joined.space, by: joined.person)
      #expect(try await cast.attempt(.read, on: joined.space, by: joined.person) == .notFound)
    }
  }

  /// What they thought, said from the place that ended, is theirs still, and in their archive.
  @Test func feedbackIsThePersons() async throws {
    try await Cast.with { cast in
      let space = try await cast.openSpace(customers: [Cast.invited(3), Cast.invited(email: "a@b.fi")]).space.id
      let visitor = try await token(cast)
      _ = try await cast.store.enter(space, invitation: try await cast.newestCode(), by: visitor)
      _ = try await cast.store.enter(space, invitation: nil, by: try await token(cast, subject: "t", hetu: 3))
      _ = try await cast.store.close(space, reason: nil, by: cast.counsellor)
      _ = try await cast.store.giveFeedback(rating: 2, text: "Menettelee", on: space, by: try await token(cast))
      let person = try await token(cast, hetu: 3)
      #expect(try await cast.store.feedback(on: space, by: person).text == "Menettelee")
      let archive = try await cast.store.archive(of: space, for: person)
      #expect(archive.parts.content.rendering.document.feedback?.rating == 2)
      _ = try await cast.store.giveFeedback(rating: 5, text: nil, on: space, by: person)
      let changed = try await cast.store.archive(of: space, for: person)
      #expect(changed.parts.content.rendering.document.feedback?.rating == 5)
      #expect(try await cast.store.feedback(on: space, by: person).rating == 5)
    }
  }

  /// Whichever of the two places an officer names, nothing of either is left.
  @Test(arguments: [false, true], [false, true])
  func bothPlacesAreErased(_ bothEntered: Bool, _ namesCoded: Bool) async throws {
    try await Cast.with { cast in
      let joined = try await join(cast, bothEntered: bothEntered)
      let officer = try await cast.officer()
      let found = try await cast.store.searchDataSubject(
        PersonalIdentityCode(Cast.hetus[3]), PageRequest(), by: officer)
      #expect(Set(found.items.map(\.participant)) == [joined.own, joined.coded])
      #expect(try await cast.count("SELECT max(spaces_found) FROM ohjaustila.data_subject_search") == 1)
      let erasure = ParticipantErasure(
        participant: namesCoded ? joined.coded : joined.own, messages: true, files: true)
      _ = try await cast.store.erase(erasure, of: joined.space, by: officer)
      #expect(try await cast.attempt(.read, on: joined.space, by: joined.person) == .notFound)
      let messages = try await cast.store.messages(of: joined.space, PageRequest(), for: joined.other).items
      #expect(messages.count == (bothEntered ? 2 : 1))
      #expect(messages.allSatisfy { $0.text == nil && $0.sender.name == nil })
      #expect(try await cast.store.files(of: joined.space, PageRequest(), for: joined.other).items.isEmpty)
      #expect(
        try await cast.count(
          """
          SELECT count(*) FROM ohjaustila.participant WHERE erased_at IS NOT NULL AND name IS NULL AND email IS NULL
            AND person_id IS NULL
          """) == 2)
      _ = try await cast.store.sweep()
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.person") == 1)
    }
  }

  /// The person forgotten by a first decision, a second one reaches both places all the same, also in a backup from
  /// before the first.
  @Test(arguments: [false, true], [false, true])
  func aSecondDecisionReachesBothPlaces(_ namesCoded: Bool, _ isRestored: Bool) async throws {
    try await Cast.with { cast in
      let joined = try await join(cast, bothEntered: true)
      let (officer, backup) = (try await cast.officer(), try await cast.installation.backup())
      let identity = ParticipantErasure(
        participant: namesCoded ? joined.own : joined.coded, messages: false, files: false)
      let rest = ParticipantErasure(participant: namesCoded ? joined.coded : joined.own, messages: true, files: true)
      let texts = { (store: GuidanceStore) in
        let stays = try await store.caller(joined.other.identity)
        return try await store.messages(of: joined.space, PageRequest(), for: stays).items.map(\.text)
      }
      _ = try await cast.store.erase(identity, of: joined.space, by: officer)
      #expect(try await texts(cast.store) == ["Salaisuus", "Toinen"])
      _ = try await cast.store.sweep()
      guard isRestored else {
        _ = try await cast.store.erase(rest, of: joined.space, by: officer)
        #expect(try await texts(cast.store) == [nil, nil])
        #expect(try await cast.store.files(of: joined.space, PageRequest(), for: joined.other).items.isEmpty)
        _ = try await cast.store.sweep()
        #expect(try cast.ledgerKinds == ["opened", "writer"] + Array(repeating: "participant", count: 4))
        return
      }
      try await cast.installation.withRestored(from: backup) { restored in
        #expect(try await restored.store.openLedger().customersErasedAgain == 2)
        #expect(try await texts(restored.store) == ["Salaisuus", "Toinen"])
        let again = try await restored.store.caller(officer.identity)
        _ = try await restored.store.erase(rest, of: joined.space, by: again)
        #expect(try await texts(restored.store) == [nil, nil])
      }
    }
  }

  /// One mail, and under an order it names no organisation, whichever place it is for.
  @Test(arguments: [false, true]) func theOrderHoldsForTheMail(_ bothEntered: Bool) async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let joined = try await join(cast, bothEntered: bothEntered)
      try await office.deliver()
      _ = try await cast.store.close(joined.space, reason: nil, by: cast.counsellor)
      let mails = try await office.deliver()
      #expect(mails.map(\.address) == ["oma@example.fi"])
      #expect(mails.allSatisfy { !$0.text.contains("TE-palvelut") && !$0.html.contains("TE-palvelut") })
    }
  }
}
