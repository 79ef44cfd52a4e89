import Guidance
import Lifecycle
import Postgres
import TestSupport
import Testing

/// Who gets a notice, when, and how often.
@Suite struct DeliveryTests {
  @Test func aNoticeIsOneMailToEachRecipient() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      try await cast.giveCounsellorAddress()
      let space = try await office.openSpace().space.id
      try await cast.advanceToWarning(of: space)
      let mails = try await office.deliver()
      #expect(Set(mails.map(\.address)) == ["asiakas0@example.fi", "olli@example.fi"] && mails.count == 2)
      #expect(try await office.deliver().isEmpty)
      #expect(try await office.waiting() == 0)
      let kinds = try await cast.journal(of: space)
      #expect(kinds.count { $0 == "noticeSent" } == 3 && !kinds.contains("noticeWithdrawn"))
    }
  }

  /// What a customer says of themselves counts before what they were invited by.
  @Test func aCustomersOwnAddressAndLanguageComeFirst() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let space = try await office.openSpace().space.id
      let customer = try await cast.customer()
      _ = try await cast.store.enter(space, invitation: nil, by: customer)
      _ = try await cast.store.changeContact(email: EmailAddress("oma@example.fi"), language: .swedish, of: customer)
      _ = try await cast.store.close(space, reason: nil, by: cast.counsellor)
      let mails = try await office.deliver()
      #expect(mails.map(\.address) == ["oma@example.fi"] && mails.map(\.language) == [.swedish])
      #expect(mails[0].html.contains("<html lang=\"sv\">") && mails[0].text.contains("TE-palvelut"))
      #expect(mails[0].text.contains("https://ohjaus.example.fi/spaces/\(space)"))
    }
  }

  @Test func whoHasNoAddressIsJournaledAndNotRetried() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let space = try await cast.space()
      _ = try await cast.store.close(space, reason: nil, by: cast.counsellor)
      let report = try await office.sender.deliverDue()
      // Neither the customer nor the counsellor has one.
      #expect(report.unreachable == 2 && office.transport.tried.isEmpty)
      #expect(try await office.waiting() == 0)
      #expect(try await cast.journal(of: space).count { $0 == "noticeUndeliverable" } == 2)
    }
  }

  @Test func anInvitationCarriesItsCodeOnce() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let view = try await cast.openSpace(customers: [Cast.invited(email: "vieras@example.fi")])
      let code = try await cast.newestCode()
      let mails = try await office.deliver()
      #expect(mails.map(\.address) == ["vieras@example.fi"])
      #expect(mails[0].text.contains(code) && mails[0].html.contains(code) && !mails[0].subject.contains(code))
      #expect(!mails[0].text.contains("TE-palvelut"), "whether there is a non-disclosure order is not known yet")
      let visitor = try await cast.visitor()
      #expect(try await cast.store.enter(view.space.id, invitation: code, by: visitor).space.id == view.space.id)
    }
  }

  @Test func anInvitationThatWasUsedOrWithdrawnIsNotSent() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let used = try await cast.openSpace(customers: [Cast.reachable(0)]).space.id
      _ = try await cast.store.enter(used, invitation: nil, by: try await cast.customer())
      let withdrawn = try await cast.openSpace(customers: [Cast.invited(1)]).space.id
      let guest = try await cast.store.invite(
        Cast.invited(email: "vieras@example.fi"), to: withdrawn, by: cast.counsellor)
      try await cast.store.endPlace(guest.id, in: withdrawn, by: cast.counsellor)
      let report = try await office.sender.deliverDue()
      #expect(report.withdrawn == 2 && office.transport.tried.isEmpty)
      for space in [used, withdrawn] { #expect(try await cast.journal(of: space).contains("noticeWithdrawn")) }
    }
  }

  /// The journal tells why; the mail says how to go on.
  @Test func earlyArchivingSaysHowToGoOn() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      for (number, reason) in [(0, "counsellorUnavailable"), (1, "other")] {
        let space = try await office.openSpace(number).space.id
        _ = try await cast.store.enter(space, invitation: nil, by: try await cast.customer(number))
        _ = try await cast.store.archive(space, reason: reason, by: cast.admin)
        let mails = try await office.deliver()
        #expect(mails.map(\.address) == ["asiakas\(number)@example.fi"])
        #expect(mails[0].text.contains("Ohjaajasi ei voi enää jatkaa") == (number == 0))
        #expect(mails[0].text.contains("ota yhteyttä: TE-palvelut"))
      }
    }
  }

  /// A space that somebody is changing waits a moment; nobody waits for it.
  @Test func aBusySpaceIsLeftForLater() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let busy = try await cast.openSpace(customers: [Cast.reachable(0)]).space.id
      _ = try await cast.openSpace(customers: [Cast.reachable(1)])
      let nobody: [@Sendable () async throws -> Void] = []
      _ = try await HeldLock.over(busy, in: cast.installation, nobody) { _ = try? await office.deliver() }
      #expect(office.transport.accepted.map(\.address) == ["asiakas1@example.fi"])
      try await cast.advance(by: .seconds(1))
      #expect(try await office.deliver().map(\.address) == ["asiakas0@example.fi"])
    }
  }
}
