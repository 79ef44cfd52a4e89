import Guidance
import Hummingbird

/// Files that no virus scanner has found clean.
extension API {
  var quarantineEndpoints: [Endpoint] {
    [
      route(.get, "/v1/spaces/{space}/quarantine", "listQuarantine", listQuarantine),
      route(.get, "/v1/quarantine", "countQuarantine", countQuarantine),
    ]
  }

  private func listQuarantine(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let page = try QueryParameters(request, allowed: pageParameters).page()
    let files = try await store.quarantine(of: context.id("space"), for: participant(context))
    return try .slice(files, page, of: request) { json, file in json.write(file) }
  }

  private func countQuarantine(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let caller = try await `operator`(context)
    _ = try QueryParameters(request)
    let counts = try await store.quarantineCounts(for: caller)
    return .json { [scans = store.options.scansFiles] json in
      json.object { json in
        json.member("scanner", scans ? "configured" : "none")
        json.member("waiting", counts.waiting)
        json.member("failing", counts.failing)
        json.optional("oldestAt", counts.oldest)
      }
    }
  }
}
