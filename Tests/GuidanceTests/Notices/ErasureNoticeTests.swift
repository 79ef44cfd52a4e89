import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// The last notice outlives its space and its person, and not for long.
@Suite struct ErasureNoticeTests {
  private func erased(_ office: PostOffice, nonDisclosure: Bool = false) async throws -> ID<Space> {
    let (cast, view) = (office.cast, try await office.openSpace())
    let customer = nonDisclosure ? try await cast.hiddenCustomer() : try await cast.customer()
    _ = try await cast.store.enter(view.space.id, invitation: nil, by: customer)
    _ = try await cast.store.changeContact(email: EmailAddress("oma@example.fi"), language: .english, of: customer)
    try await cast.installation.advance(to: try await cast.timeline(of: view.space.id).erases)
    return view.space.id
  }

  @Test func theLastNoticeReachesWhoIsGone() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let space = try await erased(office)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.person") == 0)
      #expect(try await Dump.holds(["oma@example.fi", "asiakas0@example.fi"], in: cast.installation) == [])
      let day = try await cast.installation.asAdmin(
        "SELECT (erases_at AT TIME ZONE 'Europe/Helsinki')::date FROM ohjaustila.tombstone WHERE space_id = \(space)"
      ) { try $0.get(0, as: CivilDate.self) }
      let mails = try await office.deliver()
      #expect(mails.map(\.address) == ["oma@example.fi"] && mails.map(\.language) == [.english])
      #expect(mails[0].text.contains(NoticeTexts.day(try #require(day.first), in: .english)))
      #expect(mails[0].text.contains("Contact: TE-palvelut") && !mails[0].text.contains("https://"))
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.outbox") == 0)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.delivery") == 0)
      // The journal of a space that is gone ends with its destruction.
      #expect(try await cast.journal(of: space).last == "destroyed")
    }
  }

  @Test func itIsDestroyedWithinAWeek() async throws {
    try await Cast.with { cast in
      let office = PostOffice(
        cast,
        RecordingTransport { mail, _ in
          mail.subject.contains("erased") ? .deferred(reason: "4.4.1") : .accepted
        })
      _ = try await erased(office)
      #expect(try await office.sender.deliverDue().deferred == 1)
      try await cast.advance(by: ErasureNotices.lifetime - .seconds(60))
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.delivery WHERE contact IS NOT NULL") == 1)
      try await cast.advance(by: .seconds(60))
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.delivery") == 0)
      #expect(try await cast.count("SELECT count(*) FROM ohjaustila.outbox") == 0)
      #expect(try await office.sender.deliverDue() == DeliveryReport())
    }
  }

  @Test func underAnOrderItNamesNobody() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      _ = try await erased(office, nonDisclosure: true)
      let mails = try await office.deliver()
      #expect(mails.count == 1 && !mails[0].text.contains("TE-palvelut") && !mails[0].html.contains("TE-palvelut"))
    }
  }

  /// Dead letters and mails that wait go with their space.
  @Test func nothingElseOutlivesTheSpace() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast, RecordingTransport { _, _ in .refused(reason: "5.1.1") })
      let view = try await office.openSpace()
      #expect(try await cast.store.noticeCounts().dead == 1)
      try await cast.installation.advance(to: view.space.timeline.erasesAt)
      let kinds = try await cast.installation.asAdmin("SELECT kind FROM ohjaustila.delivery") {
        try $0.get(0, as: String.self)
      }
      #expect(kinds == ["erased"])
    }
  }

  /// Preparing the notices costs a batch one round trip, however many spaces it erases; so does expanding them.
  @Test func manyCostNoMoreRoundTripsThanFew() async throws {
    var trips: [[Int]] = []
    for count in [2, 12] {
      try await Cast.with { cast in
        var erases: Instant?
        for number in 0..<count {
          let view = try await cast.openSpace(customers: [Cast.reachable(number % Cast.hetus.count)])
          erases = view.space.timeline.erasesAt
        }
        func cost(_ body: () async throws -> Void) async throws -> Int {
          let before = cast.installation.scheduler.metrics.roundTrips
          try await body()
          return cast.installation.scheduler.metrics.roundTrips - before
        }
        let expanding = try await cost { _ = try await NoticeExpansion(store: cast.store).run() }
        try await cast.store.moveClock(to: try #require(erases))
        let sweeping = try await cost { _ = try await cast.store.runBatch() }
        trips.append([expanding, sweeping])
        #expect(try await cast.count("SELECT count(*) FROM ohjaustila.delivery WHERE contact IS NOT NULL") == count)
      }
    }
    #expect(trips[0] == trips[1])
  }
}

extension Cast {
  /// The first customer, under a non-disclosure order.
  func hiddenCustomer(_ order: Bool = true, hetu: Bool = true) async throws -> Caller {
    try await store.caller(
      Identity(
        issuer: "suomi.fi", subject: "customer-0", name: "Asiakas 0",
        personalIdentityCode: hetu ? PersonalIdentityCode(Self.hetus[0]) : nil, nonDisclosure: order,
        authenticatedAt: store.clock.now, vouchesForStaff: false, vouchesForCustomers: true))
  }
}
