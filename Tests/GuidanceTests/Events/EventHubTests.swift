import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import Guidance

/// What the hub keeps for a listener, and what it tells other copies.
@Suite(.timeLimit(.minutes(3))) struct EventHubTests {
  /// However much happens while a listener takes its time: one look, and each event once, in order.
  @Test func aSlowListenerMissesNothingAndKeepsNothing() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      let stream = try await cast.store.openEvents(
        of: space, after: nil, tokenExpiresAt: .distantFuture, for: cast.counsellor)
      let (steps, step) = AsyncStream.makeStream(of: Void.self)
      let (taken, take) = AsyncStream.makeStream(of: EventStream.Item.self)
      let delivery = Task {
        var turns = steps.makeAsyncIterator()
        try await stream.deliver { item in
          take.yield(item)
          await turns.next()
        }
      }
      var items = taken.makeAsyncIterator()
      guard case .start(let position, let status) = await items.next() else { throw Unexpected() }
      #expect(position == 2 && status.state == .active)
      // The listener still takes the first item.
      for number in 1...150 { _ = try await cast.store.postMessage("\(number)", to: space, by: cast.counsellor) }
      var numbers: [Int] = []
      var pages = 0
      while numbers.count < 150 {
        step.yield()
        guard case .events(let events, _) = await items.next() else { throw Unexpected() }
        numbers += events.map(\.number)
        pages += 1
      }
      #expect(numbers == Array(3...152) && pages == 2)
      stream.hangUp()
      step.yield()
      await #expect(throws: EventStream.HungUp.self) { try await delivery.value }
    }
  }

  /// A stream whose database can't be asked waits, and goes on where it was.
  @Test func aStreamOutlivesItsDatabasesAbsence() async throws {
    var options = GuidanceStore.Options()
    options.events = EventLimits(lookInterval: .milliseconds(100))
    try await Cast.with(options: options) { cast in
      let space = try await cast.space()
      let stream = try await cast.store.openEvents(
        of: space, after: nil, tokenExpiresAt: .distantFuture, for: cast.counsellor)
      let (taken, take) = AsyncStream.makeStream(of: EventStream.Item.self)
      let delivery = Task { try await stream.deliver { take.yield($0) } }
      let serving = Task {
        await cast.store.serveEvents(
          listeningOn: ConnectionConfiguration(url: cast.installation.url(RoleNames.standard.service)))
      }
      var items = taken.makeAsyncIterator()
      _ = await items.next()
      // The journal can't be read for a while: the look fails, and nothing is said of it.
      try await cast.alter("REVOKE SELECT ON ohjaustila.journal FROM ohjaustila_service")
      cast.store.events.announce(space)
      try await Task.sleep(for: .milliseconds(300))
      try await cast.alter("GRANT SELECT ON ohjaustila.journal TO ohjaustila_service")
      let message = try await cast.store.postMessage("x", to: space, by: cast.counsellor)
      guard case .events(let events, _) = await items.next() else { throw Unexpected() }
      #expect(events.map(\.subject) == [.message(message.id.description)])
      serving.cancel()
      await serving.value
      #expect(await items.next() == .end(.shutdown))
      try await delivery.value
    }
  }

  @Test func nobodyIsRememberedWhoHasLeft() async throws {
    try await Cast.with { cast in
      let space = try await cast.space()
      do {
        let stream = try await cast.store.openEvents(
          of: space, after: nil, tokenExpiresAt: .distantFuture, for: cast.counsellor)
        #expect(cast.store.events.slots.count == 1)
        stream.hangUp()
      }
      await #expect(throws: Refusal.notFound) {
        _ = try await cast.store.openEvents(of: space, after: nil, tokenExpiresAt: .distantFuture, for: cast.colleague)
      }
      #expect(cast.store.events.slots.isEmpty)
    }
  }

  /// Many changes are few notifications, each short enough; too many spaces are told as "many".
  @Test(arguments: [1, 200, 201, 1000])
  func announcementsAreGathered(_ count: Int) async throws {
    try await TestCluster.withDatabase { url async throws in
      let hearing = Listener(ConnectionConfiguration(url: url), channels: [Announcements.channel])
      var heard = hearing.events.makeAsyncIterator()
      #expect(await heard.next() == .connected)
      let telling = Listener(ConnectionConfiguration(url: url), channels: [])
      let (sender, receiver) = (Announcements(), Announcements())
      sender.connect(telling)
      let spaces = (0..<count).map { _ in ID<Space>.make() }
      for space in spaces { sender.add(space) }
      var named: Set<ID<Space>> = []
      var isMany = false
      while named.count < count, !isMany, case .notification(_, let payload)? = await heard.next() {
        #expect(payload.utf8.count < 8000)
        #expect(sender.read(payload) == [])
        if let read = receiver.read(payload) { named.formUnion(read) } else { isMany = true }
      }
      #expect(isMany || named == Set(spaces))
      await telling.stop()
      await hearing.stop()
    }
  }

  @Test(arguments: ["", "x", "x *", "x y", "x 01990a1c-7b1f-7c55-9d2e-5a5d1f0a7d11,y"])
  func whatIsNotUnderstoodIsALookAround(_ payload: String) {
    #expect(Announcements().read(payload) == nil)
  }

  struct Unexpected: Error {}
}
