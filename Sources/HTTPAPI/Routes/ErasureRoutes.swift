import Guidance
import Hummingbird
import Lifecycle
import Vault

/// What can be shown of what is gone: signed certificates, and the keys to check them with.
extension API {
  var erasureEndpoints: [Endpoint] {
    [
      route(.get, "/v1/erasures", "listErasures", listErasures),
      route(.get, "/v1/erasures/{space}", "getErasure", getErasure),
      route(
        .get, "/.well-known/ohjaustila-certificate-keys.json", "getCertificateKeys", access: .anyone,
        getCertificateKeys),
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
    let key = try signingKey()
    return try .page(found, of: request) { json, certificate in try json.write(certificate, signedBy: key) }
  }

  private func getErasure(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    let certificate = try await store.certificate(of: context.id("space"), for: anyone(context))
    let key = try signingKey()
    return try .json(capacity: 4096) { try $0.write(certificate, signedBy: key) }
  }

  /// As a JSON Web Key Set (RFC 7517, RFC 8037).
  private func getCertificateKeys(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    let keys = try store.certificateKeys()
    return .json { json in
      json.object { json in
        json.array("keys") { json in
          for key in keys { json.write(key) }
        }
      }
    }
  }

  private func signingKey() throws -> CertificateKey {
    guard let key = try store.certificateKeys().first else { throw Problem.unavailable("There is no key to sign with.") }
    return key
  }
}
