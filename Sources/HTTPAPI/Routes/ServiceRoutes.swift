import Guidance
import Hummingbird

/// Probes.
extension API {
  var serviceEndpoints: [Endpoint] {
    [
      route(.get, "/health/live", "getLiveness", access: .anyone, cost: .probe) { request, _ in
        _ = try QueryParameters(request)
        return .status("live")
      },
      route(.get, "/health/ready", "getReadiness", access: .anyone, cost: .probe, getReadiness),
    ]
  }

  /// Ready means that the database answers, that its clock and ours agree about now, and that every master key is at hand.
  /// An issuer that is away is told of and stops nothing: the others' people work, and so do its own while its keys are
  /// known. Erasures that stall turn nobody away either, least of all the customers who still have something to download:
  /// what is due is hidden by its time. They are named for the operator, in codes.
  private func getReadiness(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    switch await store.readiness() {
    case .ready: return .ready(despite: outages(), (try? await store.degradations()) ?? [])
    case .noDatabase: throw Problem.unavailable("The database cannot be reached.")
    case .readOnly: throw Problem.unavailable("The database cannot be written.")
    case .keysMissing: throw Problem.unavailable("Keys are not at hand here.")
    case .clocksApart:
      throw Problem.unavailable("The clocks of service and database are too far apart.", retryAfterSeconds: 30)
    }
  }
}

extension Response {
  fileprivate static func status(_ status: String) -> Response {
    .json { json in json.object { json in json.member("status", status) } }
  }

  fileprivate static func ready(despite outages: [IssuerOutage], _ degradations: [Degradation]) -> Response {
    .json { json in
      json.object { json in
        json.member("status", "ready")
        if !degradations.isEmpty { json.member("degraded", degradations.map(\.rawValue)) }
        guard !outages.isEmpty else { return }
        json.array("issuersAway") { json in
          for outage in outages {
            json.object { json in
              json.member("issuer", outage.issuer)
              json.member("hasKeys", outage.hasKeys)
            }
          }
        }
      }
    }
  }
}
