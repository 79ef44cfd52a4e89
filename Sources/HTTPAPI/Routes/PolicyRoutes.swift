import Guidance
import Hummingbird
import Lifecycle

/// The rules that spaces live by: public; and their change, by data protection officers.
extension API {
  var policyEndpoints: [Endpoint] {
    [
      route(.get, "/v1/policies", "listPolicies", access: .anyone, listPolicies),
      route(.get, "/v1/policies/{register}", "getPolicy", access: .anyone, getPolicy),
      route(
        .post, "/v1/policies/{register}/preview", "previewPolicy", body: Self.bodyLimit, cost: .policy,
        previewPolicy),
      route(.post, "/v1/policies/{register}/apply", "applyPolicy", body: Self.bodyLimit, cost: .policy, applyPolicy),
    ]
  }

  private func listPolicies(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let page = try QueryParameters(request, allowed: pageParameters).page()
    return try .slice(store.policies.all, page, of: request) { json, policy in json.summary(policy) }
  }

  /// The version that governs what is opened now, or the one asked for.
  private func getPolicy(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let query = try QueryParameters(request, allowed: ["version"])
    let version = try query.int("version", 1...Int(Int32.max))
    let register = try context.parameter("register")
    let policies = store.policies.all.filter { $0.register == register && (version == nil || $0.version == version) }
    guard let policy = policies.max(by: { $0.version < $1.version }) else { throw Problem.notFound }
    return .json(capacity: 4096) { json in json.write(policy) }
  }

  private func previewPolicy(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let (organisation, version) = try await request.json(context).object { body in
      (try body.id("organisationId", Organisation.self), try body.int("version", 1...Int(Int32.max)))
    }
    let issued = try await store.previewPolicy(
      register: context.parameter("register"), to: version, of: organisation, by: anyone(context))
    return .json { json in json.write(issued) }
  }

  private func applyPolicy(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let (organisation, version, token) = try await request.json(context).object { body in
      (
        try body.id("organisationId", Organisation.self), try body.int("version", 1...Int(Int32.max)),
        try body.string("token", 1...200)
      )
    }
    let report = try await store.applyPolicy(
      register: context.parameter("register"), to: version, of: organisation, token: token, by: anyone(context))
    return .json { json in json.write(report) }
  }
}
