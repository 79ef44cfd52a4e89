import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Told of new messages: soon, but never often.
@Suite struct MessageNoticeTests {
  private func entered(_ office: PostOffice) async throws -> (ID<Space>, Caller) {
    try await office.cast.giveCounsellorAddress()
    let space = try await office.openSpace().space.id
    let customer = try await office.cast.customer()
    _ = try await office.cast.store.enter(space, invitation: nil, by: customer)
    return (space, customer)
  }

  @Test func tenMessagesAreOneMail() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let (space, customer) = try await entered(office)
      for number in 1...10 { _ = try await cast.store.postMessage("Salaisuus \(number)", to: space, by: customer) }
      #expect(try await office.deliver().isEmpty, "a series of messages is waited for")
      try await cast.advance(by: MessageNotices.delay)
      let mails = try await office.deliver()
      #expect(mails.map(\.address) == ["olli@example.fi"])
      #expect(!mails[0].text.contains("Salaisuus") && !mails[0].html.contains("Työnhaku"))
      #expect(try await office.waiting() == 0)
    }
  }

  @Test func theNextMailComesAfterSomeHours() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let (space, customer) = try await entered(office)
      _ = try await cast.store.postMessage("1", to: space, by: customer)
      try await cast.advance(by: MessageNotices.delay)
      #expect(try await office.deliver().count == 1)
      for _ in 0..<3 {
        _ = try await cast.store.postMessage("2", to: space, by: customer)
        try await cast.advance(by: MessageNotices.delay)
        #expect(try await office.deliver().isEmpty)
      }
      try await cast.advance(by: MessageNotices.interval)
      #expect(try await office.deliver().count == 1)
      try await cast.advance(by: MessageNotices.interval)
      #expect(try await office.deliver().isEmpty)
    }
  }

  /// Two people who write make one mail for the third.
  @Test func severalAuthorsAreOneMail() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      try await cast.giveCounsellorAddress()
      let space = try await cast.openSpace(customers: [Cast.reachable(0), Cast.reachable(1)]).space.id
      try await office.deliver()
      let customers = [try await cast.customer(0), try await cast.customer(1)]
      for customer in customers { _ = try await cast.store.enter(space, invitation: nil, by: customer) }
      for customer in customers { _ = try await cast.store.postMessage("Hei", to: space, by: customer) }
      try await cast.advance(by: MessageNotices.delay)
      #expect(
        try await office.deliver().map(\.address).sorted() == [
          "asiakas0@example.fi", "asiakas1@example.fi", "olli@example.fi",
        ])
    }
  }

  @Test func whoHasSignedInSinceIsNotTold() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let (space, _) = try await entered(office)
      try await cast.advance(by: .seconds(86_400))
      _ = try await cast.store.postMessage("Hei", to: space, by: cast.counsellor)
      try await cast.advance(by: .seconds(300))
      _ = try await cast.store.messages(of: space, PageRequest(), for: try await cast.customer())
      try await cast.advance(by: MessageNotices.delay)
      #expect(try await office.sender.deliverDue().withdrawn == 1)
      #expect(try await office.waiting() == 0 && office.transport.accepted.count == 1)
    }
  }

  @Test func aMessageInASpaceThatWasArchivedIsNoNews() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let (space, customer) = try await entered(office)
      _ = try await cast.store.postMessage("Hei", to: space, by: customer)
      _ = try await cast.store.archive(space, reason: nil, by: cast.admin)
      try await cast.advance(by: MessageNotices.delay)
      #expect(try await office.deliver().map(\.address) == ["asiakas0@example.fi"], "told of the archiving only")
      #expect(try await office.waiting() == 0)
    }
  }
}
