import Guidance
import Hummingbird
import Lifecycle

/// What happened to a space, as a chain that can be checked.
extension API {
  var journalEndpoints: [Endpoint] {
    [
      route(.get, "/v1/spaces/{space}/journal", "listJournal", listJournal),
      route(.get, "/v1/spaces/{space}/access-log", "listSpaceAccesses", listSpaceAccesses),
      route(.get, "/v1/access-log", "searchAccessLog", searchAccessLog),
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

  private func searchAccessLog(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let query = try QueryParameters(request, allowed: pageParameters.union(["space", "principal", "from", "to"]))
    let search = AccessSearch(
      space: try query.parsed("space", Self.idRule) { ID<Space>($0) },
      principal: try query.parsed("principal", Self.idRule) { ID<Caller>($0)?.uuid },
      from: try query.parsed("from", Self.instantRule) { try? Instant(rfc3339: $0) },
      to: try query.parsed("to", Self.instantRule) { try? Instant(rfc3339: $0) })
    let found = try await store.accessLog(search, query.page(), for: anyone(context))
    return .page(found, of: request) { json, access in json.write(access.entry) }
  }

  static let idRule = "Must be an identifier of 36 characters."
  static let instantRule = "Must be an instant in RFC 3339, such as 2027-03-01T00:00:00Z."
}
