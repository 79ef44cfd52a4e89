import Guidance
import HTTPTypes
import Lifecycle
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

/// What a stream tells, from where, and by which way it got there.
@Suite(.timeLimit(.minutes(3))) struct EventStreamTests {
  /// Wake-ups alone: in an hour no test looks around.
  static let wakeUpsOnly = options(look: .seconds(3600))

  static func options(
    look: Duration, heartbeat: Duration = .seconds(20), streams: Int = 100, perCaller: Int = 20
  ) -> GuidanceStore.Options {
    var options = GuidanceStore.Options()
    options.events = EventLimits(
      streams: streams, streamsPerCaller: perCaller, heartbeat: heartbeat, lookInterval: look)
    return options
  }

  static func post(_ text: String, _ scene: Scene, as token: String) async throws -> String {
    let answer = try await scene.service.send(.post, scene.path + "/messages", as: token, #"{"text":"\#(text)"}"#)
    guard answer.status == .created else { throw Unexpected(answer) }
    return answer.string("id")
  }

  @Test func everythingThatHappensIsToldInOrder() async throws {
    try await TestService.with(options: Self.wakeUpsOnly) { service in
      let scene = try await Scene(service)
      let (counsellor, customer) = (try await scene.counsellor(), try await scene.customer())
      try await EventServer.run(service.installation) { server in
        try await EventClient.with(port: server.port, scene.path, as: counsellor) { stream in
          #expect(stream.head.hasPrefix("HTTP/1.1 200"))
          for field in [
            "content-type: text/event-stream", "cache-control: no-store", "x-accel-buffering: no",
            "transfer-encoding: chunked",
          ] { #expect(stream.head.lowercased().contains(field)) }
          let start = try #require(try await stream.next())
          // Opened, and one customer invited.
          #expect(start.name == "state" && start.id == 2 && start["state"] == "active")

          let message = try await Self.post("Salaisuus", scene, as: counsellor)
          let first = try #require(try await stream.next())
          #expect(first == ReceivedEvent(id: 3, name: "message", naming: message))

          _ = try await service.send(.post, scene.path + "/entry", as: customer)
          let entered = try #require(try await stream.next())
          #expect(entered.name == "state" && entered.id == 4 && entered["kind"] == "customerAuthenticated")

          let file = try await scene.upload([1, 2, 3], name: "salainen.pdf", type: nil, as: customer).string("id")
          let second = try #require(try await stream.next())
          #expect(second == ReceivedEvent(id: 5, name: "file", naming: file))

          let invited = try await service.send(
            .post, scene.path + "/participants", as: counsellor, #"{"email":"salainen@example.fi"}"#)
          let third = try #require(try await stream.next())
          #expect(third.name == "participants" && third["kind"] == "participantInvited")
          #expect(third.id == 6 && third["id"] == invited.string("id"))

          _ = try await service.send(.patch, scene.path, as: counsellor, #"{"title":"Salainen"}"#)
          #expect(try await stream.next()?["kind"] == "spaceChanged")
          _ = try await service.send(.post, scene.path + "/close", as: counsellor)
          let closed = try #require(try await stream.next())
          #expect(closed.name == "state" && closed["kind"] == "closed" && closed["state"] == "reactivatable")
        }
      }
    }
  }

  @Test func silentEntriesAreNotTold() async throws {
    try await TestService.with(options: Self.wakeUpsOnly) { service in
      let scene = try await Scene(service)
      let (counsellor, customer) = (try await scene.counsellor(), try await scene.customer())
      _ = try await service.send(.post, scene.path + "/entry", as: customer)
      _ = try await service.send(.post, scene.path + "/close", as: counsellor)
      try await EventServer.run(service.installation) { server in
        try await EventClient.with(port: server.port, scene.path, as: counsellor) { stream in
          let start = try #require(try await stream.next()?.id)
          _ = try await service.send(.put, scene.path + "/feedback", as: customer, #"{"rating":5}"#)
          let message = try await Self.post("x", scene, as: customer)
          let next = try #require(try await stream.next())
          #expect(next.id == start + 2 && next["id"] == message)
        }
      }
    }
  }

  /// One copy's change wakes the other's listener, by NOTIFY alone.
  @Test func theOtherCopyIsTold() async throws {
    try await TestService.with(options: Self.wakeUpsOnly) { service in
      let scene = try await Scene(service)
      let (counsellor, customer) = (try await scene.counsellor(), try await scene.customer())
      let other = try await service.installation.copy(options: Self.wakeUpsOnly)
      try await EventServer.run(service.installation) { _ in
        try await EventServer.run(other) { server in
          try await EventClient.with(port: server.port, scene.path, as: customer) { stream in
            _ = try await stream.next()
            for number in 1...30 {
              let message = try await Self.post("\(number)", scene, as: counsellor)
              #expect(try await stream.next()?["id"] == message)
            }
          }
        }
      }
      await other.shutdown()
    }
  }

  /// The connection that listens is killed; what was written meanwhile is found as soon as it is back.
  @Test func aLostConnectionLosesNothing() async throws {
    try await TestService.with(options: Self.wakeUpsOnly) { service in
      let scene = try await Scene(service)
      let counsellor = try await scene.counsellor()
      let other = try await service.installation.copy(options: Self.wakeUpsOnly)
      try await EventServer.run(other) { server in
        try await EventClient.with(port: server.port, scene.path, as: counsellor) { stream in
          _ = try await stream.next()
          for round in 1...3 {
            // The scene's copy serves no events and so tells nobody: as if the connection had been down already.
            let message = try await Self.post("\(round)", scene, as: counsellor)
            _ = try await service.installation.asAdmin(
              """
              SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
              WHERE application_name = 'listening' AND datname = current_database()
              """
            ) { _ in }
            #expect(try await stream.next()?["id"] == message)
          }
        }
      }
      await other.shutdown()
    }
  }

  /// A change by somebody who tells nobody: a command, or a copy whose notification was lost.
  @Test func whatNoWakeUpToldIsFoundInTime() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let counsellor = try await scene.counsellor()
      let other = try await service.installation.copy(options: Self.options(look: .milliseconds(100)))
      try await EventServer.run(other) { server in
        try await EventClient.with(port: server.port, scene.path, as: counsellor) { stream in
          _ = try await stream.next()
          let message = try await Self.post("x", scene, as: counsellor)
          #expect(try await stream.next()?["id"] == message)
        }
      }
      await other.shutdown()
    }
  }

  /// More than one look takes, cut off in the middle.
  @Test func resumesWithoutLossOrRepetition() async throws {
    try await TestService.with(options: Self.wakeUpsOnly) { service in
      let scene = try await Scene(service)
      let counsellor = try await scene.counsellor()
      var messages: [String] = []
      for number in 1...130 { messages.append(try await Self.post("\(number)", scene, as: counsellor)) }
      try await EventServer.run(service.installation) { [messages] server in
        let heard = try await EventClient.with(
          port: server.port, scene.path, as: counsellor, lastEventID: "2"
        ) { stream in
          let start = try #require(try await stream.next())
          #expect(start.name == "state" && start.id == 2)
          var heard: [ReceivedEvent] = []
          while heard.count < 110, let event = try await stream.next() { heard.append(event) }
          return heard.map { [String($0.id ?? 0), $0["id"]] }
        }
        let last = try #require(heard.last?.first)
        let rest = try await EventClient.with(
          port: server.port, scene.path, as: counsellor, lastEventID: last
        ) { stream in
          _ = try await stream.next()
          var heard: [ReceivedEvent] = []
          while heard.count < 20, let event = try await stream.next() { heard.append(event) }
          let live = try await Self.post("nyt", scene, as: counsellor)
          #expect(try await stream.next()?["id"] == live)
          return heard.map { [String($0.id ?? 0), $0["id"]] }
        }
        #expect((heard + rest).map { $0[1] } == messages)
        #expect((heard + rest).map { $0[0] } == (3...132).map(String.init))
      }
    }
  }

  @Test(arguments: ["", "x", "-1", "+1", "1.5", "3", "1234567890123456789"])
  func otherPlacesAreRefused(_ lastEventID: String) async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      var headers = HTTPFields()
      headers[try #require(HTTPField.Name("Last-Event-ID"))] = lastEventID
      let answer = try await service.send(
        .get, scene.path + "/events", as: scene.counsellor(), headers: headers)
      #expect(answer.status == .badRequest && answer.problem == "invalid-header", "\(answer.text)")
      #expect(answer.string("field") == "Last-Event-ID")
    }
  }
}
