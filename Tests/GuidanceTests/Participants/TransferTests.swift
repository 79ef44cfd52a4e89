import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// A space is given to another counsellor, and everything that was the former one's ends at once.
@Suite struct TransferTests {
  @Test func theNewCounsellorHasItAndTheFormerOneNothing() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let customer = try await cast.customer()
      _ = try await cast.store.enter(space, invitation: nil, by: customer)
      _ = try await cast.store.postMessage("Hei", to: space, by: cast.counsellor)
      let envelope = try await cast.store.transfer(space, to: "kaisa", reason: nil, by: cast.admin)
      #expect(envelope.counsellors == ["Kaisa"] && envelope.title == nil && envelope.participants.isEmpty)
      for action in Action.allCases where action != .enter {
        #expect(try await cast.attempt(action, on: space, by: cast.counsellor) == .notFound, "\(action)")
      }
      #expect(try await cast.store.spaces(PageRequest(), for: cast.counsellor).items.isEmpty)
      #expect(try await cast.store.messages(of: space, PageRequest(), for: cast.colleague).items.map(\.text) == ["Hei"])
      _ = try await cast.store.postMessage("Jatketaan", to: space, by: cast.colleague)
      #expect(try await cast.store.close(space, reason: nil, by: cast.colleague).state == .reactivatable)
      // The customer sees who left and who came; what was written keeps its author.
      let people = try await cast.store.participants(of: space, for: customer).filter { $0.role == .counsellor }
      #expect(people.map(\.name) == ["Olli", "Kaisa"] && people.map { $0.leftAt == nil } == [false, true])
      let messages = try await cast.store.messages(of: space, PageRequest(), for: customer).items
      #expect(messages.map(\.sender.name) == ["Olli", "Kaisa"])
      let chain = try await Chain.verify(space, in: cast.installation)
      #expect(chain.kinds.contains("transferred"))
      let entry = try await cast.installation.asAdmin(
        "SELECT convert_from(entry, 'UTF8') FROM ohjaustila.journal WHERE kind = 'transferred'"
      ) { try $0.get(0, as: String.self) }
      #expect(
        entry.count == 1 && entry[0].contains("counsellorUnavailable") && entry[0].contains("\"actor\":\"account:"))
      #expect(!entry[0].contains("kaisa") && !entry[0].contains("Kaisa"))
    }
  }

  /// Only to a counsellor who may have one, and never to oneself or another admin, under whatever role.
  @Test func onlyToWhoMayHaveIt() async throws {
    try await Cast.with { cast in
      let store = cast.store
      let space = try await cast.space()
      let both = Cast.appointment("aino", roles: [.admin, .counsellor])
      _ = try await store.appoint(both, to: cast.organisation.id, by: cast.admin)
      let another = Cast.appointment("hanna", roles: [.counsellor, .admin])
      _ = try await store.appoint(another, to: cast.organisation.id, by: cast.admin)
      _ = try await store.appoint(Cast.appointment("ulla", committed: nil), to: cast.organisation.id, by: cast.admin)
      _ = try await store.appoint(
        Cast.appointment("neuvo", roles: [.adviser]), to: cast.organisation.id, by: cast.admin)
      _ = try await store.appoint(
        StaffAppointment(
          subject: "vanha", name: "Vanha", email: nil, roles: [.counsellor],
          commitmentSignedOn: CivilDate(year: 2025, month: 1, day: 2),
          commitmentValidUntil: CivilDate(year: 2025, month: 12, day: 31)), to: cast.organisation.id, by: cast.admin)
      _ = try await store.appoint(Cast.appointment("muu"), to: cast.otherOrganisation.id, by: cast.otherAdmin)
      for subject in ["aino", "hanna", "olli", "ulla", "neuvo", "vanha", "muu", "nobody", "a\u{0}b"] {
        await #expect(
          "\(subject)",
          performing: {
            try await store.transfer(space, to: subject, reason: nil, by: cast.admin)
          },
          throws: { error in
            guard case .invalid(field: "/to", _)? = error as? Refusal else { return false }
            return true
          })
      }
      await #expect(
        performing: {
          try await store.transfer(space, to: "kaisa", reason: "because", by: cast.admin)
        },
        throws: { error in
          guard case .invalid(field: "/reason", _)? = error as? Refusal else { return false }
          return true
        })
      await #expect(throws: Refusal.notFound) {
        try await store.transfer(space, to: "kaisa", reason: nil, by: cast.otherAdmin)
      }
      await #expect(throws: Refusal.forbidden(.role)) {
        try await store.transfer(space, to: "kaisa", reason: nil, by: cast.counsellor)
      }
      #expect(try await store.space(space, for: cast.counsellor).state == .active)
      #expect(try await Chain.verify(space, in: cast.installation).kinds.contains("transferred") == false)
    }
  }

  /// Whoever is gone leaves spaces behind; a transfer takes them from the orphans, also back to who was dismissed.
  @Test func orphansAreTransferred() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      try await cast.store.dismiss("olli", from: cast.organisation.id, by: cast.admin)
      #expect(try await cast.store.orphans(of: cast.organisation.id, for: cast.admin).map(\.space.id) == [space])
      let key = RequestKey(key: "k", method: "POST", path: "/transfer", body: [1])
      for _ in 0..<2 {
        _ = try await cast.store.transfer(space, to: "kaisa", reason: nil, by: cast.admin, request: key)
      }
      #expect(try await cast.store.orphans(of: cast.organisation.id, for: cast.admin).isEmpty)
      #expect(try await Chain.verify(space, in: cast.installation).kinds.filter { $0 == "transferred" }.count == 1)
      _ = try await cast.store.appoint(Cast.appointment("olli"), to: cast.organisation.id, by: cast.admin)
      await #expect(throws: Refusal.notFound) { try await cast.store.space(space, for: cast.counsellor) }
      _ = try await cast.store.transfer(space, to: "olli", reason: "other", by: cast.admin)
      #expect(try await cast.store.space(space, for: cast.counsellor).state == .active)
      await #expect(throws: Refusal.notFound) { try await cast.store.space(space, for: cast.colleague) }
      let places = try await cast.store.participants(of: space, for: cast.counsellor).filter { $0.role == .counsellor }
      #expect(places.count == 3 && places.filter { $0.leftAt == nil }.count == 1)
    }
  }

  /// What is archived is no admin's to transfer, whether the scheduler has been there or not.
  @Test func archivedSpacesAreNobodysToTransfer() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      try await cast.store.moveClock(to: try await cast.timeline(of: space).archives)
      await #expect(throws: Refusal.notFound) {
        try await cast.store.transfer(space, to: "kaisa", reason: nil, by: cast.admin)
      }
    }
  }

  /// The customers are told, and their organisation is not named to who is under an order; the new counsellor is told, too.
  @Test func peopleAreTold() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let space = try await office.openSpace().space.id
      _ = try await cast.store.enter(space, invitation: nil, by: try await cast.customer())
      _ = try await cast.store.appoint(
        StaffAppointment(
          subject: "kaisa", name: "Kaisa", email: EmailAddress("kaisa@example.fi"), roles: [.counsellor],
          commitmentSignedOn: CivilDate(year: 2026, month: 1, day: 2)), to: cast.organisation.id, by: cast.admin)
      _ = try await cast.store.transfer(space, to: "kaisa", reason: nil, by: cast.admin)
      let mails = try await office.deliver()
      #expect(Set(mails.map(\.address)) == ["asiakas0@example.fi", "kaisa@example.fi"])
      let told = try #require(mails.first { $0.address == "asiakas0@example.fi" })
      #expect(told.subject == "Ohjaustilallasi on uusi ohjaaja" && told.text.contains("TE-palvelut"))
      #expect(!told.text.contains("Kaisa") && !told.text.contains("Olli"))
      _ = try await cast.hiddenCustomer()
      _ = try await cast.store.transfer(space, to: "olli", reason: nil, by: cast.admin)
      let hidden = try await office.deliver().filter { $0.address == "asiakas0@example.fi" }
      #expect(hidden.count == 1 && !hidden[0].text.contains("TE-palvelut") && !hidden[0].html.contains("TE-palvelut"))
      #expect(try await cast.journal(of: space).filter { $0 == "noticeSent" }.count == 4)
    }
  }

  /// A download that is under way, a request that is repeated, and a copy that remembers the caller: none goes on.
  @Test func nothingGoesOnForTheFormerCounsellor() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let file = try await cast.upload(
        [UInt8](repeating: 7, count: 3_000_000), to: space, by: cast.counsellor)
      let key = RequestKey(key: "k", method: "POST", path: "/messages", body: [1])
      _ = try await cast.store.postMessage("Hei", to: space, by: cast.counsellor, request: key)
      let other = try await cast.installation.copy()
      let remembered = try await other.store.caller(Cast.staff("olli"))
      _ = try await other.store.space(space, for: remembered)
      let download = try await cast.store.download(file.id, of: space, for: cast.counsellor)
      var pieces = 0
      await #expect(throws: Refusal.notFound) {
        try await download.send { _ in
          pieces += 1
          if pieces == 1 { _ = try await cast.store.transfer(space, to: "kaisa", reason: nil, by: cast.admin) }
        }
      }
      // What had been read ahead, and no more of twelve.
      #expect((1...6).contains(pieces))
      await #expect(throws: Refusal.notFound) {
        try await cast.store.postMessage("Hei", to: space, by: cast.counsellor, request: key)
      }
      await #expect(throws: Refusal.notFound) { try await other.store.space(space, for: remembered) }
      #expect(try await other.store.spaces(PageRequest(), for: remembered).items.isEmpty)
      await other.shutdown()
    }
  }

  /// Two admins' transfers at once, and one that meets the recipient's dismissal: one order or the other, never a space
  /// that somebody without rights sees.
  @Test func races() async throws {
    try await Cast.with { cast in
      let store = cast.store
      _ = try await store.appoint(Cast.appointment("liisa"), to: cast.organisation.id, by: cast.admin)
      let space = try await cast.space()
      let both = try await HeldLock.over(
        space, in: cast.installation,
        ["kaisa", "liisa"].map { subject in
          { @Sendable in _ = try await store.transfer(space, to: subject, reason: nil, by: cast.admin) }
        })
      for result in both { try result.get() }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.my_space WHERE role = 'counsellor'") == 1)
      let results = try await HeldLock.over(
        space, in: cast.installation,
        [
          { @Sendable in _ = try await store.transfer(space, to: "olli", reason: nil, by: cast.admin) },
          { @Sendable in try await store.dismiss("olli", from: cast.organisation.id, by: cast.admin) },
        ])
      for result in results { try result.get() }
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.my_space WHERE role = 'counsellor'") == 0)
      #expect(try await store.orphans(of: cast.organisation.id, for: cast.admin).count == 1)
      _ = try await Chain.verify(space, in: cast.installation)
    }
  }
}
