import Guidance
import Hummingbird
import Lifecycle

/// The acts that change a space's life.
extension API {
  var lifecycleEndpoints: [Endpoint] {
    [
      route(.post, "/v1/spaces/{space}/close", "closeSpace", body: Self.bodyLimit, closeSpace),
      route(.post, "/v1/spaces/{space}/reactivate", "reactivateSpace", body: Self.bodyLimit, reactivateSpace),
      route(.post, "/v1/spaces/{space}/archive", "archiveSpace", body: Self.bodyLimit, archiveSpace),
      route(.post, "/v1/spaces/{space}/entry", "enterSpace", body: Self.bodyLimit, enterSpace),
    ]
  }

  private func closeSpace(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let id = try context.id("space", Space.self)
    let body = try await request.json(context, emptyIsObject: true)
    let reason = try body.object { try $0.optionalString("reason", 1...64) }
    return .space(
      try await store.close(
        id, reason: reason, by: participant(context), ifMatch: request.ifMatch(), request: request.repeatable(body)))
  }

  /// The reason is checked for form only: the policy lists reasons for ending guidance, not for going on.
  private func reactivateSpace(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let id = try context.id("space", Space.self)
    let body = try await request.json(context, emptyIsObject: true)
    _ = try body.object { try $0.optionalString("reason", 1...64) }
    return .space(
      try await store.reactivate(
        id, by: participant(context), ifMatch: request.ifMatch(), request: request.repeatable(body)))
  }

  /// Answers the envelope only: the admin who archives a space sees no more of it.
  private func archiveSpace(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let id = try context.id("space", Space.self)
    let body = try await request.json(context, emptyIsObject: true)
    let reason = try body.object { try $0.optionalString("reason", 1...64) }
    let view = try await store.archive(
      id, reason: reason, by: participant(context), ifMatch: request.ifMatch(), request: request.repeatable(body))
    return .lastEnvelope(view)
  }

  private func enterSpace(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let id = try context.id("space", Space.self)
    let invitation = try await request.json(context, emptyIsObject: true).object {
      try $0.optionalString("invitation", 1...100)
    }
    return .space(try await store.enter(id, invitation: invitation, by: customer(context)))
  }
}

extension Response {
  /// What is told of a space that the caller sees no more.
  static func lastEnvelope(_ view: SpaceView) -> Response {
    .json { json in
      json.object { json in
        json.member("id", view.space.id.description)
        json.member("state", view.state.rawValue)
        json.timeline(view.space.timeline)
      }
    }
  }
}
