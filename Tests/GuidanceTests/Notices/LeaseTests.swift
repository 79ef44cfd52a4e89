import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// Exactly one accepted mail without a crash, at least one with it, and then the same Message-ID.
@Suite struct LeaseTests {
  @Test func aCrashAfterTheServersYesRepeatsTheSameMail() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let space = try await cast.openSpace(customers: [Cast.reachable()]).space.id
      _ = try await NoticeExpansion(store: cast.store).run()
      let claim = DeliveryClaim(store: cast.store, settings: office.settings)
      guard case .send(let leased) = try await claim.run() else { throw Missing() }
      #expect(await office.transport.deliver(leased.mail) == .accepted)
      // The process dies here. Nobody touches the mail while the lease stands.
      #expect(try await office.deliver().isEmpty)
      try await cast.advance(by: office.settings.lease + .seconds(1))
      let again = try await office.deliver()
      #expect(again.map(\.messageID) == [leased.mail.messageID] && again.map(\.address) == [leased.mail.address])
      // The first process was only slow: its record comes too late and changes nothing.
      let late = DeliveryRecord(store: cast.store, delivery: leased, outcome: .accepted, chance: 0)
      #expect(try await late.run() == .leaseLost)
      #expect(try await cast.journal(of: space).count { $0 == "noticeSent" } == 1)
      #expect(try await office.waiting() == 0)
    }
  }

  private struct Missing: Error {}

  @Test func twoCopiesSendEachMailOnce() async throws {
    try await Cast.with { cast in
      let transport = RecordingTransport { _, _ in
        await Task.yield()
        return .accepted
      }
      let other = try await cast.installation.copy()
      for number in 0..<6 { _ = try await cast.openSpace(customers: [Cast.reachable(number)]) }
      let here = NoticeSender(store: cast.store, transport: transport, settings: PostOffice.settings)
      let there = NoticeSender(store: other.store, transport: transport, settings: PostOffice.settings)
      async let first = here.deliverDue()
      async let second = there.deliverDue()
      let sent = try await (first, second)
      var total = sent.0.sent + sent.1.sent
      // A space that the other copy was just looking at is left for later.
      try await cast.advance(by: .seconds(2))
      total += try await here.deliverDue().sent
      #expect(total == 6 && transport.accepted.count == 6)
      #expect(Set(transport.accepted.map(\.messageID)).count == 6)
      await other.shutdown()
    }
  }

  @Test func aMailServerThatHangsIsCutOffAndAskedAgain() async throws {
    try await Cast.with { cast in
      let transport = RecordingTransport { _, attempt in
        guard attempt == 1 else { return .accepted }
        try? await Task.sleep(for: .seconds(3600))
        return .uncertain(reason: "timeout")
      }
      let settings = NoticeSettings(baseURL: "https://a.fi", domain: "a.fi", timeout: .milliseconds(50))
      let office = PostOffice(cast, transport, settings: settings)
      _ = try await cast.openSpace(customers: [Cast.reachable()])
      #expect(try await office.sender.deliverDue().deferred == 1)
      try await cast.advance(by: RetryRule.first)
      #expect(try await office.sender.deliverDue().sent == 1)
      #expect(Set(transport.tried.map(\.messageID)).count == 1 && transport.tried.count == 2)
    }
  }

  /// A shutdown must not forget what the mail server has taken on.
  @Test func aCancelledRunStillRecordsItsOutcome() async throws {
    try await Cast.with { cast in
      let (begun, begin) = AsyncStream<Void>.makeStream()
      let transport = RecordingTransport { _, _ in
        begin.finish()
        // Takes until it is cancelled, and has been accepted all the same.
        try? await Task.sleep(for: .seconds(3600))
        return .accepted
      }
      let office = PostOffice(cast, transport)
      let space = try await cast.openSpace(customers: [Cast.reachable()]).space.id
      let run = Task { try await office.sender.deliverDue() }
      for await _ in begun {}
      run.cancel()
      _ = await run.result
      #expect(try await cast.journal(of: space).contains("noticeSent"))
      #expect(try await office.waiting() == 0)
    }
  }

  /// Told to stop, the sender begins nothing new.
  @Test func aStoppingSenderClaimsNothing() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      _ = try await cast.openSpace(customers: [Cast.reachable()])
      #expect(try await office.sender.deliverDue { true } == DeliveryReport())
      #expect(try await office.waiting() == 1 && office.transport.tried.isEmpty)
    }
  }
}
