import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// What is tried again, for how long, and what is left of what is not.
@Suite struct RetryTests {
  @Test func pausesDoubleUpToALimitAndAreSpread() {
    var longest = Duration.zero
    for attempt in 1...RetryRule.mostAttempts {
      let (shortest, whole) = (RetryRule.pause(after: attempt, chance: 0), RetryRule.pause(after: attempt, chance: 1))
      #expect(shortest * 2 == whole && whole >= longest && whole <= RetryRule.longest)
      longest = whole
    }
    #expect(RetryRule.pause(after: 1, chance: 1) == RetryRule.first)
    #expect(RetryRule.pause(after: 2, chance: 1) == RetryRule.first * 2)
    #expect(longest == RetryRule.longest)
  }

  @Test(arguments: [DeliveryOutcome.deferred(reason: "4.2.1"), .uncertain(reason: "lost")])
  func aDeferredMailIsTriedAgainUnderTheSameName(_ outcome: DeliveryOutcome) async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast, RecordingTransport { _, attempt in attempt < 3 ? outcome : .accepted })
      let space = try await cast.openSpace(customers: [Cast.reachable()]).space.id
      #expect(try await office.sender.deliverDue().deferred == 1)
      #expect(try await office.sender.deliverDue() == DeliveryReport(), "not before its pause is over")
      try await cast.advance(by: RetryRule.first)
      #expect(try await office.sender.deliverDue().deferred == 1)
      try await cast.advance(by: RetryRule.first * 2)
      #expect(try await office.sender.deliverDue().sent == 1)
      #expect(Set(office.transport.tried.map(\.messageID)).count == 1 && office.transport.tried.count == 3)
      #expect(try await cast.journal(of: space).count { $0 == "noticeSent" } == 1)
    }
  }

  /// Five days, whatever the pauses were; then it is for an operator to see.
  @Test func aMailIsGivenUpInTheEnd() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast, RecordingTransport { _, _ in .deferred(reason: "4.4.1") })
      _ = try await cast.openSpace(customers: [Cast.reachable()])
      let begun = cast.store.clock.now
      while try await cast.store.noticeCounts().dead == 0 {
        _ = try await office.sender.deliverDue()
        guard try await cast.store.noticeCounts().dead == 0 else { break }
        let next = try #require(try await cast.store.nextDelivery())
        try await cast.installation.advance(to: max(next, cast.store.clock.now + .seconds(1)))
      }
      let spent = begun.duration(to: cast.store.clock.now)
      #expect(spent >= RetryRule.lifetime && spent <= RetryRule.lifetime + RetryRule.longest)
      #expect((20...RetryRule.mostAttempts).contains(office.transport.tried.count))
      #expect(try await cast.store.nextDelivery() == nil)
    }
  }

  /// What a mail server says may quote the address: only codes are kept.
  @Test(arguments: [
    ("5.1.1", "5.1.1"), ("550 <asiakas0@example.fi> unknown", "other"), ("", "other"),
    (String(repeating: "x", count: 41), "other"),
  ])
  func aRefusedMailIsADeadLetterWithACode(_ said: String, _ kept: String) async throws {
    try await Cast.with { cast in
      let office = PostOffice(
        cast, RecordingTransport { _, attempt in attempt == 1 ? .refused(reason: said) : .accepted })
      let space = try await cast.openSpace(customers: [Cast.reachable()]).space.id
      #expect(try await office.sender.deliverDue().dead == 1)
      try await cast.advance(by: .seconds(86_400))
      #expect(try await office.sender.deliverDue() == DeliveryReport(), "it is left alone")
      let letters = try await cast.store.deadLetters(PageRequest(), for: cast.operator).items
      #expect(letters.map(\.reason) == [kept] && letters.map(\.kind) == ["invitation"])
      #expect(letters.map(\.space) == [space] && letters.map(\.attempts) == [1])
      await #expect(throws: Refusal.forbidden(.operatorOnly)) {
        try await cast.store.deadLetters(PageRequest(), for: cast.admin)
      }
      #expect(try await cast.store.retryDeadLetters(ID.make()) == 0)
      #expect(try await cast.store.retryDeadLetters(letters[0].id) == 1)
      #expect(try await office.sender.deliverDue().sent == 1)
      let kinds = try await cast.journal(of: space)
      #expect(kinds.suffix(2) == ["noticeUndeliverable", "noticeSent"])
    }
  }

  /// Keys that are not there make a mail unreachable; the others go out all the same.
  @Test func whatCannotBeOpenedStopsNobodyElse() async throws {
    try await Cast.with { cast in
      let office = PostOffice(cast)
      let damaged = try await cast.openSpace(customers: [Cast.reachable(0)]).space.id
      _ = try await cast.openSpace(customers: [Cast.reachable(1)])
      try await cast.alter(
        """
        UPDATE ohjaustila.space_secret SET wrapped_key = set_byte(wrapped_key, length(wrapped_key) - 1,
          get_byte(wrapped_key, length(wrapped_key) - 1) # 1) WHERE space_id = \(damaged)
        """)
      let report = try await office.sender.deliverDue()
      #expect(report.unreachable == 1 && report.sent == 1)
      #expect(office.transport.accepted.map(\.address) == ["asiakas1@example.fi"])
    }
  }
}
