import Guidance
import Hummingbird
import Lifecycle

/// With `serve --dev` only.
extension API {
  /// No development clock goes beyond: dates end with the year 9999, and a life is long.
  private static let lastInstant = CivilDate(year: 3000, month: 1, day: 1).map {
    Instant(microseconds: Int64($0.daysSince1970) * 86_400_000_000)
  }

  func developmentEndpoints(_ door: DevelopmentDoor) -> [Endpoint] {
    [
      route(.post, "/dev/tokens", "makeToken", access: .anyone, body: Self.bodyLimit) { request, context in
        let claims = try await request.json(context).object(Self.claims)
        let token = try door.issuer.sign(claims, now: store.clock.now.microseconds)
        return .json { json in json.object { json in json.member("token", token) } }
      },
      route(.get, "/dev/clock", "getClock", access: .anyone, getClock),
      route(.post, "/dev/clock", "moveClock", access: .anyone, body: Self.bodyLimit, moveClock),
      route(.get, "/dev/outbox", "listOutbox", access: .anyone, listOutbox),
    ]
  }

  /// `"acr": null` makes a token without one.
  private static func claims(_ body: inout JSONObject) throws -> TestIssuer.Claims {
    var claims = TestIssuer.Claims(subject: try body.line("subject", 1...255))
    claims.name = try body.optionalLine("name", 1...200)
    claims.email = try body.optionalEmail("email")?.text
    claims.hetu = try body.optionalIdentityCode("hetu")?.text
    claims.authTime = try body.optionalInstant("authTime")?.microseconds
    claims.nonDisclosure = try body.optionalBool("nonDisclosure") ?? false
    if body.isNull("acr") { claims.acr = nil }
    if let acr = try body.optionalString("acr", 1...200) { claims.acr = acr }
    return claims
  }

  private func getClock(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    _ = try QueryParameters(request)
    try await store.readClocks()
    return .json { json in json.object { json in json.member("now", store.clock.now) } }
  }

  /// Moves the clock and runs the scheduler up to it before answering: whoever asks next finds everything done.
  private func moveClock(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    // Another copy may have moved it since: an advance is from where it stands.
    try await store.readClocks()
    let (target, field) = try await request.json(context).object(target)
    guard let last = Self.lastInstant, target < last else {
      throw InvalidMember(field, "Must end before the year 3000.")
    }
    guard target > store.clock.now else { throw InvalidMember(field, "The clock only moves forward.") }
    try await store.moveClock(to: target)
    let report = try await store.sweep()
    return .json { json in
      json.object { json in
        json.member("now", store.clock.now)
        json.crossed(report)
      }
    }
  }

  private func target(_ body: inout JSONObject) throws -> (Instant, field: String) {
    let amount = try body.optionalParsed("advance", "Must be an amount of time such as P3M, P95D or PT1H.") {
      try? AdvanceAmount(iso8601: $0)
    }
    let instant = try body.optionalInstant("to")
    switch (amount, instant) {
    case (let amount?, nil): return (store.advanced(by: amount), "/advance")
    case (nil, let instant?): return (instant, "/to")
    case (nil, nil), (.some, .some): throw InvalidMember("", "Must have either advance or to.")
    }
  }

  private func listOutbox(_ request: Request, _ context: APIRequestContext) async throws -> Response {
    let page = try QueryParameters(request, allowed: pageParameters).page()
    return try .slice(await store.developmentOutbox(), page, of: request) { json, item in json.write(item) }
  }
}
