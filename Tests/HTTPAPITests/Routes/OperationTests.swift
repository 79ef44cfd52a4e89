import Guidance
import HTTPTypes
import Lifecycle
import TestSupport
import Testing

@testable import HTTPAPI

/// Policies, timelines, forecast, sweeps, probes, the development door.
@Suite struct OperationTests {
  @Test func policiesArePublic() async throws {
    try await TestService.with { service in
      let list = try await service.send(.get, "/v1/policies")
      #expect(list.items.map { ($0["register"] ?? .null).text } == ["ohjaustila"])
      let policy = try await service.send(.get, "/v1/policies/ohjaustila?version=1")
      #expect(policy["stages", "archive", "period"] == .string("P12M") && policy["zone"] == .string("Europe/Helsinki"))
      for path in ["/v1/policies/nothing", "/v1/policies/ohjaustila?version=99"] {
        #expect(try await service.send(.get, path).status == .notFound)
      }
    }
  }

  @Test func timelinesExplainThemselves() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let timeline = try await service.send(.get, scene.path + "/timeline", as: scene.admin())
      guard case .array(let deadlines) = timeline["deadlines"] else { throw Unexpected(timeline) }
      #expect(deadlines.map { ($0["boundary"] ?? .null).text } == ["closing", "sealing", "archiving", "erasing"])
      #expect(deadlines[0]["cause"]?["period"] == .string("P3M") && deadlines[0]["passed"] == .bool(false))
      #expect(timeline["facts", "anchor", "kind"] == .string("opening"))
    }
  }

  @Test func theJournalIsAChain() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      _ = try await service.send(.post, scene.path + "/entry", as: scene.customer())
      let journal = try await service.send(.get, scene.path + "/journal", as: scene.customer())
      let kinds = journal.items.map { ($0["kind"] ?? .null).text }
      #expect(kinds == ["opened", "participantInvited", "customerAuthenticated"])
      #expect(journal.items.allSatisfy { ($0["hash"] ?? .null).text.count == 64 })
    }
  }

  @Test func operatorsLookAheadAndSweep() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let forecast = try await service.send(.get, "/v1/lifecycle/forecast?days=400", as: scene.operator())
      #expect(forecast.items.map { ($0["state"] ?? .null).text } == ["reactivatable", "archived"])
      let closesAt = try await scene.instant("closesAt", as: scene.counsellor())
      let instant = try #require(Instant(closesAt))
      try await service.store.moveClock(to: instant)
      let token = try await scene.operator()
      for (body, dryRun) in [(#"{"dryRun":true}"#, true), ("{}", false)] {
        let sweep = try await service.send(.post, "/v1/lifecycle/sweeps", as: token, body)
        #expect(sweep["crossed", "reactivatable"] == .number("1") && sweep["dryRun"] == .bool(dryRun))
      }
      let again = try await service.send(.post, "/v1/lifecycle/sweeps", as: token)
      #expect(again["crossed", "reactivatable"] == .number("0") && again["crossed", "erased"] == .number("0"))
    }
  }

  @Test func probesAnswer() async throws {
    try await TestService.with { service in
      #expect(try await service.send(.get, "/health/live").text == #"{"status":"live"}"#)
      #expect(try await service.send(.get, "/health/ready").text == #"{"status":"ready"}"#)
      let token = try await service.token("nobody")
      await service.installation.shutdown()
      #expect(try await service.send(.get, "/health/live").status == .ok)
      for (path, token) in [("/health/ready", nil), ("/v1/me", token)] as [(String, String?)] {
        let answer = try await service.send(.get, path, as: token)
        #expect(answer.status == .serviceUnavailable && answer.problem == "unavailable")
        #expect(answer.headers[.retryAfter] != nil)
      }
    }
  }

  @Test func theClockOnlyMovesForward() async throws {
    try await TestService.with { service in
      let before = try await service.send(.get, "/dev/clock").string("now")
      let moved = try await service.send(.post, "/dev/clock", #"{"advance":"P3MT1H"}"#)
      #expect(moved.status == .ok && moved.string("now") > before)
      for (body, field) in [
        (#"{"to":"\#(before)"}"#, "/to"), (#"{"advance":"PT0S"}"#, "/advance"), (#"{"advance":"soon"}"#, "/advance"),
        (#"{"to":"3000-01-01T00:00:00Z"}"#, "/to"), (#"{"advance":"P1000Y"}"#, "/advance"), ("{}", ""),
        (#"{"advance":"P1D","to":"2999-01-01T00:00:00Z"}"#, ""),
      ] {
        let refused = try await service.send(.post, "/dev/clock", body)
        #expect(refused.status == .unprocessableContent && refused.string("field") == field, "\(body) \(refused.text)")
      }
    }
  }

  @Test func tokensSayOnlyWhatCanBeTrue() async throws {
    try await TestService.with { service in
      for (body, field) in [
        (#"{"name":"x"}"#, "/subject"), (#"{"subject":"x","hetu":"010594Y9033"}"#, "/hetu"),
        (#"{"subject":"x","roles":["admin"]}"#, "/roles"), (#"{"subject":"x","authTime":"now"}"#, "/authTime"),
      ] {
        let refused = try await service.send(.post, "/dev/tokens", body)
        #expect(refused.status == .unprocessableContent && refused.string("field") == field)
      }
    }
  }
}
