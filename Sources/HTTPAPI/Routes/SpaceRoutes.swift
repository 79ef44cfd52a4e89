import Guidance
import HTTPTypes
import Hummingbird
import Lifecycle

/// Spaces as such: opening, listing, reading, renaming, and the reasons for their deadlines.
extension API {
  var spaceEndpoints: [Endpoint] {
    [
      route(.post, "/v1/spaces", "openSpace", body: Self.bodyLimit, openSpace),
      route(.get, "/v1/spaces", "listSpaces", listSpaces),
      route(.get, "/v1/spaces/{space}", "getSpace", getSpace),
      route(.patch, "/v1/spaces/{space}", "changeSpace", body: Self.bodyLimit, changeSpace),
      route(.get, "/v1/spaces/{space}/timeline", "getTimeline", getTimeline),
    ]
  }

  private func openSpace(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let body = try await request.json(context)
    let draft = try body.object { body in
      SpaceDraft(
        organisation: try body.id("organisationId", Organisation.self), title: try body.line("title", 1...200),
        language: try body.optionalEnumeration("language", Language.self),
        topics: try body.optionalTopics("topics") ?? [],
        customers: try body.array("customers", min: 1, max: SpaceDraft.maximumCustomers) {
          try $0.object(invitedCustomer)
        })
    }
    let view = try await store.openSpace(draft, by: participant(context), request: request.repeatable(body))
    return .space(view, .created, headers: [.location: "/v1/spaces/\(view.space.id)"])
  }

  /// Somebody to invite: by personal identity code or by a code that is sent to an address.
  func invitedCustomer(_ body: inout JSONObject) throws -> SpaceDraft.Customer {
    let customer = SpaceDraft.Customer(
      personalIdentityCode: try body.optionalIdentityCode("hetu"), email: try body.optionalEmail("email"),
      name: try body.optionalLine("name", 1...200))
    guard customer.personalIdentityCode != nil || customer.email != nil else {
      throw body.invalid("hetu", "Either a hetu or an email is required.")
    }
    if let code = customer.personalIdentityCode, !isAccepted(code) {
      throw body.invalid("hetu", "Is a temporary personal identity code, which stands for nobody here.")
    }
    return customer
  }

  private func listSpaces(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let query = try QueryParameters(request, allowed: pageParameters.union(["state", "role"]))
    let views = try await store.spaces(
      query.page(), state: query.enumeration("state", State.self), role: query.enumeration("role", SpaceRole.self),
      for: participant(context))
    return .page(views, of: request) { json, view in json.write(view) }
  }

  private func getSpace(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    return .space(try await store.space(context.id("space"), for: participant(context)))
  }

  private func changeSpace(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let id = try context.id("space", Space.self)
    let (title, topics, language) = try await request.json(context).object { body in
      (
        try body.optionalLine("title", 1...200), try body.optionalTopics("topics"),
        try body.optionalEnumeration("language", Language.self)
      )
    }
    guard title != nil || topics != nil || language != nil else {
      throw InvalidMember("", "Must name something to change: title, topics or language.")
    }
    return .space(
      try await store.change(
        id, title: title, topics: topics, language: language, by: participant(context), ifMatch: request.ifMatch()))
  }

  private func getTimeline(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    let timeline = try await store.timeline(of: context.id("space"), for: participant(context))
    return .json(capacity: 2048) { json in json.write(timeline) }
  }
}

extension Response {
  /// A space with its entity tag.
  ///
  /// - Parameter more: members that the answer has beside the space's own.
  static func space(
    _ view: SpaceView, _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:],
    more: (inout JSONWriter) -> Void = { _ in }
  ) -> Response {
    var headers = headers
    headers[.eTag] = "\"\(view.entityTag)\""
    return .json(status, headers: headers, capacity: 2048) { json in
      json.object { json in
        json.members(of: view)
        more(&json)
      }
    }
  }
}
