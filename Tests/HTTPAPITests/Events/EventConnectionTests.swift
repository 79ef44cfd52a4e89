import Guidance
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPAPI

/// Streams as connections: quiet ones, those that are hung up, too many of them, and other methods.
@Suite(.timeLimit(.minutes(3))) struct EventConnectionTests {
  @Test func aQuietStreamShowsThatItLives() async throws {
    let options = EventStreamTests.options(look: .seconds(3600), heartbeat: .milliseconds(100))
    try await TestService.with(options: options) { service in
      let scene = try await Scene(service)
      let counsellor = try await scene.counsellor()
      try await EventServer.run(service.installation) { server in
        try await EventClient.with(port: server.port, scene.path, as: counsellor) { stream in
          #expect(try await stream.nextBlock()?.name == "state")
          for _ in 1...5 { #expect(try await stream.nextBlock()?.isHeartbeat == true) }
          let message = try await EventStreamTests.post("x", scene, as: counsellor)
          #expect(try await stream.next()?["id"] == message)
        }
      }
    }
  }

  /// Only as many as allowed at a time, and a place is free as soon as its holder hangs up, long before a heartbeat.
  @Test func whoHangsUpMakesRoom() async throws {
    let options = EventStreamTests.options(look: .seconds(3600), heartbeat: .seconds(3600), streams: 3, perCaller: 2)
    try await TestService.with(options: options) { service in
      let scene = try await Scene(service)
      let (counsellor, customer) = (try await scene.counsellor(), try await scene.customer())
      try await EventServer.run(service.installation) { server in
        try await EventClient.with(port: server.port, scene.path, as: counsellor) { first in
          _ = try await first.next()
          try await EventClient.with(port: server.port, scene.path, as: counsellor) { second in
            _ = try await second.next()
            let refused = try await service.send(.get, scene.path + "/events", as: counsellor)
            #expect(refused.status == .tooManyRequests && refused.problem == "too-many-requests")
            #expect(refused.headers[.retryAfter] == "10" && refused["limit"] == .number("2"))
            try await EventClient.with(port: server.port, scene.path, as: customer) { third in
              _ = try await third.next()
              let full = try await service.send(.get, scene.path + "/events", as: customer)
              #expect(full.status == .serviceUnavailable && full.problem == "unavailable")
              #expect(full.headers[.retryAfter] == "10")
            }
          }
        }
        for _ in 1...20 {
          try await EventClient.with(port: server.port, scene.path, as: counsellor) { stream in
            // The one before may just be leaving.
            while !stream.head.hasPrefix("HTTP/1.1 200") {
              #expect(stream.head.hasPrefix("HTTP/1.1 429"))
              try await stream.reopen(scene.path, as: counsellor)
            }
            _ = try await stream.next()
          }
        }
      }
    }
  }

  /// Hidden spaces keep no place either, and neither do answers whose body is never sent.
  @Test func refusalsAndHeadKeepNoPlace() async throws {
    let options = EventStreamTests.options(look: .seconds(3600), perCaller: 1)
    try await TestService.with(options: options) { service in
      let scene = try await Scene(service)
      let counsellor = try await scene.counsellor()
      for _ in 1...3 {
        let head = try await service.send(.head, scene.path + "/events", as: counsellor)
        #expect(head.status == .ok && head.bytes.isEmpty && head.headers[.contentType] == "text/event-stream")
        let admin = try await service.send(.get, scene.path + "/events", as: scene.admin())
        #expect(admin.status == .forbidden && admin["reason"] == .string("role"))
        let unknown = "/v1/spaces/01990a1c-7b1f-7c55-9d2e-5a5d1f0a7d11/events"
        #expect(try await service.send(.get, unknown, as: counsellor).status == .notFound)
      }
      let post = try await service.send(.post, scene.path + "/events", as: counsellor)
      #expect(post.status == .methodNotAllowed && post.headers[.allow] == "GET, HEAD")
      #expect(try await service.send(.get, scene.path + "/events").status == .unauthorized)
    }
  }

  /// Opening a stream is a customer's request on the space like any other.
  @Test func openingCountsAsAuthentication() async throws {
    try await TestService.with(options: EventStreamTests.wakeUpsOnly) { service in
      let scene = try await Scene(service)
      _ = try await service.send(.head, scene.path + "/events", as: scene.customer())
      let journal = try await service.send(.get, scene.path + "/journal", as: scene.counsellor())
      #expect(journal.items.last?["kind"] == .string("customerAuthenticated"))
    }
  }
}
