import HTTPTypes
import Testing

@testable import HTTPAPI

/// What data protection officers do over HTTP, and who may not.
@Suite struct DataProtectionTests {
  private static let officers = ["tiina", "teemu"]

  /// Appoints two officers, by the organisation's admin.
  private static func appoint(_ scene: Scene) async throws -> (first: String, second: String) {
    for subject in officers {
      let put = try await scene.service.send(
        .put, "/v1/organisations/\(scene.organisation)/staff/\(subject)", as: scene.admin(),
        #"{"name":"Tiina Tietosuoja","roles":["dataProtectionOfficer"]}"#)
      guard put.status == .created else { throw Unexpected(put) }
    }
    return (try await scene.service.token(officers[0]), try await scene.service.token(officers[1]))
  }

  @Test func aHoldFromProposalToRelease() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let (first, second) = try await Self.appoint(scene)
      let base = try await service.send(.get, scene.path + "/timeline", as: first)
      let lastDay = base.string("baseErasure", "lastDay")
      let holds = scene.path + "/holds"

      let beyond = try await service.send(.post, holds, as: first, #"{"reason":"legalClaim","until":"2099-12-31"}"#)
      #expect(beyond.status == .unprocessableContent && beyond.problem == "hold-beyond-cap")
      #expect(beyond.string("field") == "/until" && beyond.string("latestUntil") > lastDay)
      let until = beyond.string("latestUntil")
      let past = try await service.send(.post, holds, as: first, #"{"reason":"legalClaim","until":"2020-01-01"}"#)
      #expect(past.problem == "invalid-body" && past.string("field") == "/until")
      let reason = try await service.send(.post, holds, as: first, #"{"reason":"habit","until":"\#(until)"}"#)
      #expect(reason.problem == "invalid-body" && reason.string("field") == "/reason")

      let placed = try await service.send(.post, holds, as: first, #"{"reason":"legalClaim","until":"\#(until)"}"#)
      #expect(placed.status == .created && placed.string("status") == "proposed")
      let hold = "\(holds)/\(placed.string("id"))"
      #expect(placed.headers[.location] == hold)
      let own = try await service.send(.post, hold + "/approval", as: first)
      #expect(own.status == .forbidden && own.string("reason") == "secondPerson")
      let approved = try await service.send(.post, hold + "/approval", as: second)
      #expect(approved.status == .ok && approved.string("status") == "standing")
      let again = try await service.send(.post, hold + "/approval", as: second)
      #expect(again.problem == "hold-ended" && again.string("hold") == "standing")

      // The customer is told by the timeline: the erasure alone is another.
      let timeline = try await service.send(.get, scene.path + "/timeline", as: scene.customer())
      #expect(timeline.string("facts", "holdReason") == "legalClaim")
      #expect(timeline.string("timeline", "archivesAt") == base.string("timeline", "archivesAt"))
      guard case .array(let deadlines) = timeline["deadlines"] else { throw Unexpected(timeline) }
      #expect(deadlines.map { ($0["cause"]?["kind"] ?? .null).text } == ["counted", "counted", "counted", "held"])

      let erasure = try await service.send(.post, scene.path + "/erasure", as: first)
      #expect(erasure.status == .conflict && erasure.problem == "hold-stands" && erasure.string("until") == until)
      let shorter = try await service.send(.post, holds, as: first, #"{"reason":"legalClaim","until":"\#(until)"}"#)
      #expect(shorter.problem == "hold-stands" && shorter.string("reason") == "legalClaim")
      #expect(try await service.send(.delete, hold, as: second).string("status") == "released")
      let list = try await service.send(.get, holds + "?limit=1", as: first)
      #expect(list.items.count == 1 && list.items[0]["status"] == .string("released"))
    }
  }

  @Test func aRestrictionAndItsEnd() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let officer = try await Self.appoint(scene).first
      let restriction = scene.path + "/restriction"
      #expect(try await service.send(.delete, restriction, as: officer).status == .notFound)
      let envelope = try await service.send(.get, scene.path, as: officer)
      let restricted = try await service.send(.put, restriction, as: officer, headers: [.ifMatch: envelope.tag])
      #expect(restricted.status == .ok && restricted["restricted"] == .bool(true))
      #expect(restricted["timeline"]["erasesAt"] == .null)
      #expect(try await service.send(.put, restriction, as: officer).tag == restricted.tag)
      #expect(try await service.send(.get, scene.path, as: scene.counsellor()).status == .notFound)
      let write = try await service.send(.post, scene.path + "/messages", as: scene.customer(), #"{"text":"x"}"#)
      #expect(write.problem == "restricted")
      #expect(try await service.send(.post, scene.path + "/erasure", as: officer, "{}").problem == "restricted")
      let stale = try await service.send(.delete, restriction, as: officer, headers: [.ifMatch: envelope.tag])
      #expect(stale.status == .preconditionFailed)
      let lifted = try await service.send(.delete, restriction, as: officer)
      #expect(lifted.status == .ok && lifted["restricted"] == .bool(false) && lifted.tag != restricted.tag)
      #expect(try await service.send(.get, scene.path, as: scene.counsellor()).status == .ok)
    }
  }

  @Test func erasureOfASpaceAndOfOneCustomer() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let officer = try await Self.appoint(scene).first
      let path = scene.path + "/erasure"
      let customer = try await scene.customer()
      _ = try await service.send(.post, scene.path + "/messages", as: customer, #"{"text":"Salaisuus"}"#)
      let own = try await service.send(.get, scene.path, as: customer).string("participantId")
      let only = try await service.send(.post, path, as: officer, #"{"participant":"\#(own)"}"#)
      #expect(only.status == .conflict && only.problem == "last-one")
      let invited = try await service.send(
        .post, scene.path + "/participants", as: scene.counsellor(), #"{"hetu":"020594X903P"}"#)
      #expect(invited.status == .created)
      // Whom nobody has seen yet is no other customer.
      let unseen = try await service.send(.post, path, as: officer, #"{"participant":"\#(own)"}"#)
      #expect(unseen.status == .conflict && unseen.problem == "last-one")
      let matti = try await service.token("matti", #""name":"Matti Meikäläinen","hetu":"020594X903P""#)
      #expect(try await service.send(.post, scene.path + "/entry", as: matti).status == .ok)
      for (body, field) in [
        (#"{"messages":true}"#, "/participant"), (#"{"participant":"x"}"#, "/participant"),
        (#"{"participant":"\#(scene.space)"}"#, "/participant"), (#"{"who":"all"}"#, "/who"),
      ] {
        let refused = try await service.send(.post, path, as: officer, body)
        #expect(refused.problem == "invalid-body" && refused.string("field") == field, "\(body)")
      }
      let one = try await service.send(
        .post, path, as: officer, #"{"participant":"\#(own)","messages":true,"files":true}"#)
      #expect(one.status == .ok && one.string("state") == "active" && one.json["title"] == nil)
      #expect(try await service.send(.get, scene.path, as: scene.customer()).status == .notFound)
      let messages = try await service.send(.get, scene.path + "/messages", as: scene.counsellor())
      #expect(messages.items.count == 1 && messages.items[0]["text"] == .null)
      #expect(messages.items[0]["removedAt"] != nil && !messages.text.contains("Salaisuus"))

      let whole = try await service.send(.post, path, as: officer)
      #expect(whole.status == .ok && whole.string("state") == "erased")
      guard case .object(let members) = whole.json else { throw Unexpected(whole) }
      #expect(members.map(\.name) == ["id", "state", "timeline"])
      for token in [officer, try await scene.counsellor(), try await scene.admin()] {
        #expect(try await service.send(.get, scene.path, as: token).status == .notFound)
      }
    }
  }

  @Test func aSearchTellsEnvelopesOnly() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      let officer = try await Self.appoint(scene).first
      let archived = try await service.send(.post, scene.path + "/archive", as: scene.admin(), "{}")
      #expect(archived.status == .ok)
      let path = "/v1/data-subject-searches"
      let found = try await service.send(.post, path, as: officer, #"{"hetu":"\#(Scene.hetu)"}"#)
      #expect(found.status == .ok && found.items.count == 1)
      let item = try #require(found.items.first)
      #expect(item["id"] == .string(scene.space) && item["state"] == .string("archived"))
      for name in ["title", "participants", "topics", "language", "counsellors"] {
        #expect(item[name] == nil, "\(name)")
      }
      #expect(item["holds"] == .array([]) && item["participantId"] != nil)
      for secret in [Scene.hetu, "Opinnot", "maija", "Maija"] { #expect(!found.text.contains(secret)) }
      let journal = try await service.send(
        .get, (item["journal"]?["address"] ?? .null).text, as: officer)
      #expect(journal.status == .ok && !journal.items.isEmpty)
      #expect(
        try await service.send(.post, path, as: officer, #"{"hetu":"020594X903P"}"#).text == #"{"items":[]}"#)
      for (body, field) in [
        ("{}", "/hetu"), (#"{"hetu":"010594Y9033"}"#, "/hetu"), (#"{"hetu":"\#(Scene.hetu)","cursor":"x"}"#, "/cursor"),
      ] {
        let refused = try await service.send(.post, path, as: officer, body)
        #expect(refused.problem == "invalid-body" && refused.string("field") == field, "\(body)")
        #expect(!refused.text.contains("010594"))
      }
      for token in [try await scene.counsellor(), try await scene.admin(), try await scene.customer()] {
        let refused = try await service.send(.post, path, as: token, #"{"hetu":"\#(Scene.hetu)"}"#)
        #expect(refused.status == .forbidden && refused.string("reason") == "role")
      }
    }
  }

  /// Who sees the space is told that the role is in the way; for everybody else there is none.
  @Test func othersMayNothingOfIt() async throws {
    try await TestService.with { service in
      let scene = try await Scene(service)
      _ = try await Self.appoint(scene)
      let other = try await Scene.organisation(service, admin: "otherAdmin", counsellor: "otherCounsellor")
      _ = try await service.send(
        .put, "/v1/organisations/\(other)/staff/ossi", as: service.token("otherAdmin"),
        #"{"name":"Ossi","roles":["dataProtectionOfficer"]}"#)
      let hold = scene.path + "/holds/\(scene.space)"
      let acts: [(HTTPRequest.Method, String, String?)] = [
        (.get, scene.path + "/holds", nil),
        (.post, scene.path + "/holds", #"{"reason":"legalClaim","until":"2027-01-01"}"#),
        (.post, hold + "/approval", nil), (.delete, hold, nil), (.put, scene.path + "/restriction", nil),
        (.delete, scene.path + "/restriction", nil), (.post, scene.path + "/erasure", nil),
      ]
      for (method, path, body) in acts {
        for token in [try await scene.counsellor(), try await scene.admin(), try await scene.customer()] {
          let answer = try await service.send(method, path, as: token, body)
          #expect(answer.status == .forbidden && answer.string("reason") == "role", "\(method) \(path)")
        }
        for subject in ["ossi", "otherAdmin", "otherCounsellor", "operator", "nobody"] {
          let answer = try await service.send(method, path, as: service.token(subject), body)
          #expect(answer.status == .notFound, "\(subject) \(method) \(path)")
        }
      }
      let both = try await service.send(
        .put, "/v1/organisations/\(scene.organisation)/staff/x", as: scene.admin(),
        #"{"name":"X","roles":["admin","dataProtectionOfficer"]}"#)
      #expect(both.problem == "invalid-body" && both.string("field") == "/roles")
    }
  }
}
