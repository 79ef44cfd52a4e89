import Guidance
import HTTPTypes
import Hummingbird

/// What an organisation's rights and figures are: reviewed by its admins, followed by its supervisors.
extension API {
  var accessReviewEndpoints: [Endpoint] {
    let organisation = "/v1/organisations/{organisation}"
    return [
      route(.get, organisation + "/access-review", "listUnusedRights", listUnusedRights),
      route(.post, organisation + "/access-review", "reviewAccess", body: Self.bodyLimit, reviewAccess),
      route(.get, organisation + "/staff-history", "listStaffHistory", listStaffHistory),
      route(.get, organisation + "/figures", "getFigures", getFigures),
    ]
  }

  private func listUnusedRights(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let page = try QueryParameters(request, allowed: pageParameters).page()
    let rights = try await store.unusedRights(in: context.id("organisation"), for: anyone(context))
    return try .slice(rights, page, of: request) { json, rights in json.write(rights) }
  }

  private func reviewAccess(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let organisation = try context.id("organisation", Organisation.self)
    let (renew, end) = try await request.json(context).object { body in
      (
        try body.optionalArray("renew", max: 1000) { try $0.string(1...255) },
        try body.optionalArray("end", max: 1000) { try $0.string(1...255) }
      )
    }
    guard !renew.isEmpty || !end.isEmpty else { throw InvalidMember("", "Must name somebody to renew or to end.") }
    let caller = try await anyone(context)
    try await store.reviewAccess(in: organisation, renew: renew, end: end, by: caller)
    return Response(status: .noContent)
  }

  private func listStaffHistory(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let page = try QueryParameters(request, allowed: pageParameters).page()
    let changes = try await store.staffHistory(of: context.id("organisation"), page, for: anyone(context))
    return .page(changes, of: request) { json, change in json.write(change) }
  }

  private func getFigures(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    let figures = try await store.figures(of: context.id("organisation"), for: anyone(context))
    return .json { json in json.write(figures) }
  }
}
