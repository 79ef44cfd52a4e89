import Guidance
import Hummingbird

/// What happened to a space, as a chain that can be checked.
extension API {
  var journalEndpoints: [Endpoint] {
    [
      route(.get, "/v1/spaces/{space}/journal", "listJournal", listJournal),
      route(.get, "/v1/spaces/{space}/access-log", "listSpaceAccesses", listSpaceAccesses),
    ]
  }

  private func listJournal(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let page = try QueryParameters(request, allowed: pageParameters).page()
    let lines = try await store.journal(of: context.id("space"), page, for: participant(context))
    return .page(lines, of: request) { json, line in json.write(line) }
  }

  private func listSpaceAccesses(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let page = try QueryParameters(request, allowed: pageParameters).page()
    let looks = try await store.accessLog(of: context.id("space"), page, for: participant(context))
    return .page(looks, of: request) { json, look in json.write(look) }
  }
}
