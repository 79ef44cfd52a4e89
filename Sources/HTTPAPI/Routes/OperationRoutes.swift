import Guidance
import Hummingbird

/// What operators do: look ahead, and run the scheduler now.
extension API {
  var operationEndpoints: [Endpoint] {
    [
      route(.get, "/v1/lifecycle/forecast", "getForecast", getForecast),
      route(.post, "/v1/lifecycle/sweeps", "runSweep", body: Self.bodyLimit, runSweep),
    ]
  }

  private func getForecast(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let caller = try await `operator`(context)
    let query = try QueryParameters(request, allowed: pageParameters.union(["days"]))
    let days = try query.int("days", 1...3660) ?? 30
    let forecast = try await store.forecast(days: days, for: caller)
    return try .slice(forecast, query.page(), of: request) { json, line in json.write(line) }
  }

  private func runSweep(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try await `operator`(context)
    let (dryRun, confirmed) = try await request.json(context, emptyIsObject: true).object { body in
      (try body.optionalBool("dryRun") ?? false, try body.optionalInt("confirmErasures", 1...Int(Int32.max)))
    }
    if let confirmed {
      guard !dryRun else { throw Refusal.invalid(field: "/confirmErasures", rule: "is not for a dry run") }
      try await store.confirmErasures(upTo: confirmed)
    }
    let report = dryRun ? try await store.rehearseSweep(asOf: nil) : try await store.sweep()
    return .json { json in json.write(report, dryRun: dryRun) }
  }
}
