import Guidance
import HTTPTypes
import Hummingbird
import Lifecycle

/// What data protection officers decide on, and what they search.
extension API {
  var dataProtectionEndpoints: [Endpoint] {
    let (holds, restriction) = ("/v1/spaces/{space}/holds", "/v1/spaces/{space}/restriction")
    return [
      route(.get, holds, "listHolds", listHolds),
      route(.post, holds, "placeHold", body: Self.bodyLimit, placeHold),
      route(.post, "\(holds)/{hold}/approval", "approveHold", body: Self.bodyLimit, approveHold),
      route(.delete, "\(holds)/{hold}", "endHold", endHold),
      route(.put, restriction, "restrictSpace", body: Self.bodyLimit, restrictSpace),
      route(.delete, restriction, "liftRestriction", liftRestriction),
      route(.post, "/v1/spaces/{space}/erasure", "decideErasure", body: Self.bodyLimit, decideErasure),
      route(
        .post, "/v1/data-subject-searches", "searchDataSubject", body: Self.bodyLimit, cost: .search,
        searchDataSubject),
    ]
  }

  private func listHolds(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let page = try QueryParameters(request, allowed: pageParameters).page()
    let holds = try await store.holds(of: context.id("space"), for: participant(context))
    return try .slice(holds, page, of: request) { json, hold in json.write(hold) }
  }

  private func placeHold(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let space = try context.id("space", Space.self)
    let body = try await request.json(context)
    let (reason, until) = try body.object { (try $0.string("reason", 1...64), try $0.day("until")) }
    let hold = try await store.placeHold(
      on: space, reason: reason, through: until, by: participant(context), ifMatch: request.ifMatch(),
      request: request.repeatable(body))
    return .json(.created, headers: [.location: "/v1/spaces/\(space)/holds/\(hold.id)"]) { $0.write(hold) }
  }

  private func approveHold(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let (space, id) = (try context.id("space", Space.self), try context.id("hold", Hold.self))
    let body = try await request.json(context, emptyIsObject: true)
    try body.object { _ in }
    let hold = try await store.approveHold(
      id, on: space, by: participant(context), ifMatch: request.ifMatch(), request: request.repeatable(body))
    return .json { $0.write(hold) }
  }

  private func endHold(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let (space, id) = (try context.id("space", Space.self), try context.id("hold", Hold.self))
    let hold = try await store.endHold(id, on: space, by: participant(context), ifMatch: request.ifMatch())
    return .json { $0.write(hold) }
  }

  private func restrictSpace(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let space = try context.id("space", Space.self)
    try await request.json(context, emptyIsObject: true).object { _ in }
    return .space(try await store.restrict(space, by: participant(context), ifMatch: request.ifMatch()))
  }

  private func liftRestriction(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let space = try context.id("space", Space.self)
    return .space(try await store.liftRestriction(of: space, by: participant(context), ifMatch: request.ifMatch()))
  }

  /// The whole space, or one customer of several.
  private func decideErasure(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let space = try context.id("space", Space.self)
    let body = try await request.json(context, emptyIsObject: true)
    let erasure = try body.object { try Self.erasure(&$0) }
    let caller = try await participant(context)
    let (expected, key) = (try request.ifMatch(), try request.repeatable(body))
    guard let erasure else {
      return .lastEnvelope(try await store.erase(space, by: caller, ifMatch: expected, request: key))
    }
    let erased = try await store.erase(erasure, of: space, by: caller, ifMatch: expected, request: key)
    return .space(erased.space) { $0.member("namelessPlaces", erased.namelessPlaces.map(\.description)) }
  }

  /// Nil for the whole space.
  private static func erasure(_ body: inout JSONObject) throws -> ParticipantErasure? {
    let participant = try body.optionalParsed("participant", "Must be a UUID.", length: 36) { ID<Participation>($0) }
    let (messages, files) = (try body.optionalBool("messages"), try body.optionalBool("files"))
    guard let participant else {
      // Who means one customer's messages must not erase the space because a member was forgotten.
      guard messages == nil, files == nil else {
        throw body.invalid("participant", "Is required with messages or files; without all three the space is erased.")
      }
      return nil
    }
    return ParticipantErasure(participant: participant, messages: messages ?? false, files: files ?? false)
  }

  private func searchDataSubject(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let (code, page) = try await request.json(context).object { body in
      guard let code = try body.optionalIdentityCode("hetu") else { throw body.invalid("hetu", "Is required.") }
      let limit = try body.optionalInt("limit", PageRequest.limits) ?? PageRequest.defaultLimit
      return (code, PageRequest(limit: limit, cursor: try body.optionalString("cursor", 1...200)))
    }
    let found = try await store.searchDataSubject(code, page, by: anyone(context))
    return .json(capacity: 4096) { json in
      json.object { json in
        json.array("items") { json in
          for space in found.items { json.write(space) }
        }
        json.optional("nextCursor", found.nextCursor)
      }
    }
  }
}
