import Guidance
import HTTPTypes
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

/// Every stream ends when its right ends, and says no more than that.
@Suite(.timeLimit(.minutes(3))) struct EventEndTests {
  private static let quick = EventStreamTests.options(look: .milliseconds(200), heartbeat: .milliseconds(200))

  /// Opens a stream, takes the right away, and reads to the end, which must come before any content.
  private static func reason(
    _ server: LiveServer, _ scene: Scene, as token: String, after act: @Sendable () async throws -> Void
  ) async throws -> String {
    try await EventClient.with(port: server.port, scene.path, as: token) { stream in
      #expect(try await stream.next()?.name == "state")
      try await act()
      while let event = try await stream.next() {
        guard event.name == "end" else {
          #expect(event.name == "state")
          continue
        }
        #expect(event.id == nil)
        return event["reason"]
      }
      return "none"
    }
  }

  /// At the boundary the counsellor's stream ends, and the customer's goes on.
  @Test func archivingEndsTheCounsellorsStreamOnly() async throws {
    try await TestService.with(options: Self.quick) { service in
      let scene = try await Scene(service)
      let entered = service.store.clock.now - .seconds(60)
      // Tokens of one authentication: a new one would move the deadlines.
      let maija = #""hetu":"\#(Scene.hetu)","authTime":"\#(entered)""#
      _ = try await service.send(.post, scene.path + "/entry", as: service.token("maija", maija))
      _ = try await service.send(.post, scene.path + "/close", as: scene.counsellor())
      let archivesAt = try await scene.instant("archivesAt", as: scene.counsellor())
      try await service.store.moveClock(to: try #require(Instant(archivesAt)) - .seconds(600))
      let (counsellor, customer) = (try await scene.counsellor(), try await service.token("maija", maija))
      let (begun, hasBegun) = AsyncStream.makeStream(of: Void.self)
      try await EventServer.run(service.installation) { server in
        async let customers: Void = EventClient.with(port: server.port, scene.path, as: customer) {
          stream async throws in
          #expect(try await stream.next()?["state"] == "reactivatable")
          hasBegun.yield()
          #expect(try await stream.next()?["state"] == "archived")
          for _ in 1...3 { #expect(try await stream.nextBlock()?.isHeartbeat == true) }
        }
        await begun.first { true }
        let reason = try await Self.reason(server, scene, as: counsellor) {
          try await service.advance(to: archivesAt)
        }
        #expect(reason == "noAccess")
        try await customers
        let hidden = try await service.send(.get, scene.path + "/events", as: counsellor)
        #expect(hidden.status == .notFound && hidden.problem == "not-found")
      }
    }
  }

  /// The boundary itself ends a stream, also where no scheduler runs.
  @Test func aBoundaryNeedsNoScheduler() async throws {
    try await TestService.with(options: Self.quick) { service in
      let scene = try await Scene(service)
      _ = try await service.send(.post, scene.path + "/close", as: scene.counsellor())
      let archivesAt = try #require(Instant(try await scene.instant("archivesAt", as: scene.counsellor())))
      try await service.store.moveClock(to: archivesAt - .seconds(600))
      let counsellor = try await scene.counsellor()
      try await EventServer.run(service.installation) { server in
        let reason = try await Self.reason(server, scene, as: counsellor) {
          try await service.store.moveClock(to: archivesAt)
        }
        #expect(reason == "noAccess")
      }
    }
  }

  @Test func erasureEndsTheCustomersStream() async throws {
    try await TestService.with(options: Self.quick) { service in
      let scene = try await Scene(service)
      let entered = service.store.clock.now - .seconds(60)
      let maija = #""hetu":"\#(Scene.hetu)","authTime":"\#(entered)""#
      _ = try await service.send(.post, scene.path + "/entry", as: service.token("maija", maija))
      let first = try await service.token("maija", maija)
      let erasesAt = try #require(Instant(try await scene.instant("erasesAt", as: first)))
      try await service.installation.advance(to: erasesAt - .seconds(600))
      let customer = try await service.token("maija", maija)
      try await EventServer.run(service.installation) { server in
        let reason = try await Self.reason(server, scene, as: customer) {
          try await service.installation.advance(to: erasesAt)
        }
        #expect(reason == "noAccess")
      }
    }
  }

  /// What takes a counsellor's right away, here and in another copy.
  enum Removal: CaseIterable {
    case earlyArchive, dismissal, lostCommitment, transfer, review, behindTheService

    func happen(_ service: TestService, _ scene: Scene) async throws {
      let member = "/v1/organisations/\(scene.organisation)/staff/counsellor"
      let admin = try await scene.admin()
      let answer: Answer
      switch self {
      case .earlyArchive: answer = try await service.send(.post, scene.path + "/archive", as: admin)
      case .dismissal: answer = try await service.send(.delete, member, as: admin)
      case .lostCommitment:
        answer = try await service.send(.put, member, as: admin, #"{"name":"Olli","roles":["counsellor"]}"#)
      case .transfer:
        _ = try await service.send(
          .put, "/v1/organisations/\(scene.organisation)/staff/kaisa", as: admin,
          #"{"name":"Kaisa","roles":["counsellor"],"commitmentSignedOn":"2026-01-02"}"#)
        answer = try await service.send(.post, scene.path + "/transfer", as: admin, #"{"to":"kaisa"}"#)
      case .review:
        answer = try await service.send(
          .post, "/v1/organisations/\(scene.organisation)/access-review", as: admin, #"{"end":["counsellor"]}"#)
      case .behindTheService:
        _ = try await service.installation.asAdmin(
          "UPDATE ohjaustila.my_space SET visible_until = '-infinity' WHERE role = 'counsellor'"
        ) { _ in }
        return
      }
      guard answer.status.kind == .successful else { throw Unexpected(answer) }
    }
  }

  @Test(arguments: Removal.allCases, [false, true])
  func removalEndsAStream(_ removal: Removal, inAnotherCopy: Bool) async throws {
    // By wake-ups alone, but for what nobody could tell of.
    let options = removal == .behindTheService ? Self.quick : EventStreamTests.wakeUpsOnly
    try await TestService.with(options: options) { service in
      let scene = try await Scene(service)
      let counsellor = try await scene.counsellor()
      let other = try await service.installation.copy(options: options)
      try await EventServer.run(inAnotherCopy ? other : service.installation) { server in
        // The copy where it happens tells the other when its own streams are served, too.
        try await EventServer.run(inAnotherCopy ? service.installation : other) { _ in
          let reason = try await Self.reason(server, scene, as: counsellor) {
            try await removal.happen(service, scene)
          }
          #expect(reason == "noAccess")
        }
      }
      await other.shutdown()
    }
  }

  @Test func theTokensExpiryEndsAStream() async throws {
    try await TestService.with(options: Self.quick) { service in
      let scene = try await Scene(service)
      let counsellor = try await scene.counsellor()
      try await EventServer.run(service.installation) { server in
        let reason = try await Self.reason(server, scene, as: counsellor) {
          try await service.store.moveClock(to: service.store.clock.now + .seconds(3600))
        }
        #expect(reason == "tokenExpired")
      }
    }
  }

  /// Streams end within the shutdown's patience, the connection is closed, and nobody is let in any more.
  @Test func shutdownEndsStreams() async throws {
    try await TestService.with(options: EventStreamTests.wakeUpsOnly) { service in
      let scene = try await Scene(service)
      let counsellor = try await scene.counsellor()
      let start = ContinuousClock.now
      try await EventServer.run(service.installation, shutdown: .seconds(600)) { server in
        let reason = try await Self.reason(server, scene, as: counsellor) { await server.shutDown() }
        #expect(reason == "shutdown")
      }
      #expect(ContinuousClock.now - start < .seconds(170))
      let late = try await service.send(.get, scene.path + "/events", as: counsellor)
      #expect(late.status == .serviceUnavailable && late.headers[.retryAfter] == "2")
    }
  }
}
