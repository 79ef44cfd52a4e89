import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Somebody known by an issuer's subject alone, who later comes with a personal identity code.
@Suite struct JoinPeopleTests {
  private func identity(
    _ cast: Cast, subject: String = "s", hetu: Int? = nil, issuer: String = "suomi.fi", assured: Bool = true,
    email: String? = nil, order: Bool = false
  ) throws -> Identity {
    Identity(
      issuer: issuer, subject: subject, name: "Nimi", email: email.flatMap { EmailAddress($0) },
      personalIdentityCode: try hetu.map { try PersonalIdentityCode(Cast.hetus[$0]) }, nonDisclosure: order,
      authenticatedAt: cast.store.clock.now, vouchesForStaff: false, vouchesForCustomers: assured)
  }

  /// A space that the subject has entered without a personal identity code.
  private func entered(_ cast: Cast, subject: String = "s", email: String? = nil) async throws -> ID<Space> {
    let space = try await cast.openSpace(customers: [Cast.invited(email: "a@b.fi")]).space.id
    let visitor = try await cast.store.caller(try identity(cast, subject: subject, email: email))
    _ = try await cast.store.enter(space, invitation: try await cast.newestCode(), by: visitor)
    return space
  }

  private func spaces(_ cast: Cast, _ identity: Identity) async throws -> Set<ID<Space>> {
    let caller = try await cast.store.caller(identity)
    return Set(try await cast.store.spaces(PageRequest(), for: caller).items.map(\.space.id))
  }

  private func people(_ cast: Cast) async throws -> Int {
    _ = try await cast.store.sweep()
    return try await cast.count("SELECT count(*) FROM ohjaustila.person")
  }

  /// The code becomes theirs: who is invited by it from then on is the same person, with or without it.
  @Test func aCodeThatNobodyHasIsGiven() async throws {
    try await Cast.with { cast in
      let first = try await entered(cast)
      #expect(try await spaces(cast, identity(cast, hetu: 3)) == [first])
      let second = try await cast.openSpace(customers: [Cast.invited(3)]).space.id
      #expect(try await spaces(cast, identity(cast, hetu: 3)) == [first, second])
      #expect(try await spaces(cast, identity(cast, subject: "other", hetu: 3)) == [first, second])
      cast.store.callers.clear()
      #expect(try await spaces(cast, identity(cast)) == [first, second])
      #expect(try await people(cast) == 1)
      // An officer finds the space of who had no code when they came into it.
      let found = try await cast.store.searchDataSubject(
        PersonalIdentityCode(Cast.hetus[3]), PageRequest(), by: try await cast.officer())
      #expect(Set(found.items.map(\.space.space.id)) == [first, second])
    }
  }

  /// Who was invited by the code meanwhile is joined with them; the person that is left over goes.
  @Test func placesMoveToThePersonOfTheCode() async throws {
    try await Cast.with { cast in
      let own = try await entered(cast, email: "oma@example.fi")
      let invited = try await cast.openSpace(customers: [Cast.invited(3)]).space.id
      #expect(try await people(cast) == 2)
      #expect(try await spaces(cast, identity(cast, hetu: 3, order: true)) == [own, invited])
      #expect(try await people(cast) == 1)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.person WHERE non_disclosure") == 1)
      cast.store.callers.clear()
      #expect(try await spaces(cast, identity(cast)) == [own, invited])
      let caller = try await cast.store.caller(try identity(cast, hetu: 3))
      #expect(try await cast.store.me(caller).contact?.email == "oma@example.fi")
      #expect(try await cast.store.postMessage("Hei", to: own, by: caller).text == "Hei")
      // Both lives end as they would have, and with the last of them the person.
      let ends = try await (cast.timeline(of: own).erases, cast.timeline(of: invited).erases)
      try await cast.installation.advance(to: max(ends.0, ends.1))
      #expect(try await people(cast) == 0)
    }
  }

  /// A code that is another's never opens the first one's spaces, whatever subject it comes with.
  @Test func whoHasACodeIsNeverJoinedWithAnother() async throws {
    try await Cast.with { cast in
      let first = try await entered(cast)
      #expect(try await spaces(cast, identity(cast, hetu: 3)) == [first])
      let second = try await cast.openSpace(customers: [Cast.invited(4)]).space.id
      #expect(try await spaces(cast, identity(cast, hetu: 4)) == [second])
      #expect(try await spaces(cast, identity(cast, hetu: 3)) == [first])
      #expect(try await people(cast) == 2)
    }
  }

  /// What somebody has under way goes on when they come with the code, also from the place that ends then.
  @Test(arguments: [false, true]) func anUploadGoesOn(_ bothEntered: Bool) async throws {
    try await Cast.with { cast in
      let space = try await cast.openSpace(customers: [Cast.invited(3), Cast.invited(email: "a@b.fi")]).space.id
      let visitor = try await cast.store.caller(try identity(cast))
      _ = try await cast.store.enter(space, invitation: try await cast.newestCode(), by: visitor)
      let before = try await cast.store.caller(try identity(cast))
      if bothEntered {
        let elsewhere = try await cast.store.caller(try identity(cast, subject: "t", hetu: 3))
        _ = try await cast.store.enter(space, invitation: nil, by: elsewhere)
      }
      let upload = try await cast.store.createUpload(ResumableUploadTests.draft(2), to: space, by: before)
      let first = UploadPart(offset: 0, announcedSize: 1)
      _ = try await cast.store.append(first, to: upload.id, of: space, by: before, body: Cast.body([1]))
      let now = try await cast.store.caller(try identity(cast, hetu: 3))
      _ = try await cast.store.sweep()
      #expect(try await cast.store.resumableUpload(upload.id, of: space, for: now).offset == 1)
      let rest = UploadPart(offset: 1, announcedSize: 1)
      let done = try await cast.store.append(rest, to: upload.id, of: space, by: now, body: Cast.body([2]))
      #expect(done.offset == 2)
    }
  }

  /// Nothing follows from a token that is too weak, from another issuer's same subject, or from nothing but a code.
  @Test func onlyAnAssuredTokenOfTheSameIssuerJoins() async throws {
    try await Cast.with { cast in
      let own = try await entered(cast)
      let invited = try await cast.openSpace(customers: [Cast.invited(3)]).space.id
      let weak = try await cast.store.caller(try identity(cast, hetu: 3, assured: false))
      #expect(weak.principal == .stranger)
      #expect(try await spaces(cast, identity(cast, hetu: 3, issuer: "other.fi")) == [invited])
      #expect(try await spaces(cast, identity(cast, subject: "t", hetu: 3)) == [invited])
      #expect(try await spaces(cast, identity(cast)) == [own])
      #expect(try await people(cast) == 2)
    }
  }

  /// Many sign in at once with the code, in two copies of the service, while they are invited by it and hold codes.
  @Test(.timeLimit(.minutes(2))) func joiningRacesWithInvitations() async throws {
    try await Cast.with(connections: 6) { cast in
      for round in 0..<6 {
        let subject = "racer \(round)"
        let own = try await entered(cast, subject: subject)
        let open = try await cast.openSpace(customers: [Cast.invited(email: "a@b.fi")]).space.id
        let code = try await cast.newestCode()
        let copy = try await cast.installation.copy()
        try await withThrowingTaskGroup(of: Void.self) { group in
          for store in [cast.store, copy.store, cast.store, copy.store] {
            group.addTask { _ = try await store.caller(try identity(cast, subject: subject, hetu: round)) }
          }
          group.addTask { _ = try await cast.openSpace(customers: [Cast.invited(round)]) }
          group.addTask {
            let visitor = try await copy.store.caller(try identity(cast, subject: subject))
            _ = try await copy.store.enter(open, invitation: code, by: visitor)
          }
          try await group.waitForAll()
        }
        await copy.shutdown()
        cast.store.callers.clear()
        let seen = try await spaces(cast, identity(cast, subject: subject, hetu: round))
        #expect(seen.count == 3 && seen.isSuperset(of: [own, open]), "round \(round)")
        #expect(try await people(cast) == round + 1)
      }
    }
  }

  /// The bare functions move nothing for who does not have both hashes.
  @Test func theFunctionsCheckForThemselves() async throws {
    try await Cast.with { cast in
      _ = try await entered(cast)
      _ = try await cast.openSpace(customers: [Cast.invited(3)])
      let nobody = Bytea([UInt8](repeating: 7, count: 34))
      let url = cast.installation.url(RoleNames.standard.service)
      let refused = try await Connection.run(ConnectionConfiguration(url: url)) { connection in
        do {
          _ = try connection.pipeline([
            """
            SELECT ohjaustila.join_people(a.id, b.id, \(nobody), \(nobody), NULL, NULL, NULL)
            FROM ohjaustila.hold_people(\(nobody), \(nobody)) a, ohjaustila.hold_people(\(nobody), \(nobody)) b
            """
          ])
          _ = try connection.pipeline([
            "SELECT ohjaustila.join_people(\(ID<Person>.make()), \(ID<Person>.make()), \(nobody), \(nobody), NULL, NULL, NULL)"
          ])
          return false
        } catch let error as PostgresError {
          return error.sqlState == .notAllowed
        }
      }
      #expect(refused)
      #expect(try await people(cast) == 2)
    }
  }
}
