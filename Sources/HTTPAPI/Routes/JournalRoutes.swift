import Guidance
import Hummingbird

/// What happened to a space, as a chain that can be checked.
extension API {
  var journalEndpoints: [Endpoint] {
    [route(.get, "/v1/spaces/{space}/journal", "listJournal", listJournal)]
  }

  private func listJournal(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let page = try QueryParameters(request, allowed: pageParameters).page()
    let lines = try await store.journal(of: context.id("space"), page, for: participant(context))
    return .page(lines, of: request) { json, line in json.write(line) }
  }
}
