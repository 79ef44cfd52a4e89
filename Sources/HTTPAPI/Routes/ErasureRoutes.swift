import Guidance
import Hummingbird
import Lifecycle

/// What can be shown of what is gone: signed certificates.
extension API {
  var erasureEndpoints: [Endpoint] {
    [
      route(.get, "/v1/erasures", "listErasures", listErasures),
      route(.get, "/v1/erasures/{space}", "getErasure", getErasure),
    ]
  }

  private func listErasures(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let query = try QueryParameters(
      request, allowed: pageParameters.union(["organisation", "register", "from", "to"]))
    let search = CertificateSearch(
      organisation: try query.parsed("organisation", Self.idRule) { ID<Organisation>($0) },
      register: try query.string("register", 1...64),
      from: try query.parsed("from", Self.instantRule) { try? Instant(rfc3339: $0) },
      to: try query.parsed("to", Self.instantRule) { try? Instant(rfc3339: $0) })
    let found = try await store.certificates(search, query.page(), for: anyone(context))
    let key = store.certificateKey
    return .page(found, of: request) { json, certificate in json.write(certificate, signedBy: key) }
  }

  private func getErasure(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    let certificate = try await store.certificate(of: context.id("space"), for: anyone(context))
    let key = store.certificateKey
    return .json(capacity: 4096) { $0.write(certificate, signedBy: key) }
  }
}
