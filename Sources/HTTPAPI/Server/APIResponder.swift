import Guidance
public import Hummingbird
public import Logging
import HTTPTypes

/// Every request passes here, once, from top to bottom: id, host, rate, route, token, handler; then problem, headers,
/// log line.
///
/// It stands in for Hummingbird's router and middleware chain: one value without boxed layers in between is as fast as
/// a bare handler, answers 405 with `Allow`, and can be read in one screen.
public struct APIResponder: HTTPResponder {
  /// No address of the service is longer.
  static let maximumTargetLength = 8192

  /// All endpoints.
  public let endpoints: EndpointTable
  /// Requests being answered and answered so far.
  public let counters = RequestCounters()
  /// How long each operation takes.
  public let durations: RequestDurations
  /// Connections of the server that serves this responder.
  public let connections = ConnectionMetrics()
  private let authenticator: Authenticator
  let door: FrontDoor
  private let logger: Logger

  /// A responder for these endpoints; `logger` gets one line a request at level info.
  public init(endpoints: [Endpoint], authenticator: Authenticator, door: FrontDoor = FrontDoor(), logger: Logger) {
    self.endpoints = EndpointTable(endpoints)
    self.authenticator = authenticator
    self.door = door
    self.logger = logger
    durations = RequestDurations(endpoints.map(\.operation))
  }

  /// Requests refused because too many came; nil where nobody counts.
  var rateRefusals: (address: Int, caller: Int, failures: Int)? { door.rates?.refusals }

  /// Answers a request; never throws, except what only the connection can answer.
  public func respond(to request: Request, context: APIRequestContext) async throws -> Response {
    let start = ContinuousClock.now
    counters.begin()
    var context = context
    if let id = RequestID.accept(request.headers[.requestID]) { context.requestID = id }
    context.forwardedFor = request.headers[values: .forwardedFor]
    var response: Response
    do {
      response = try await answer(request, &context)
    } catch {
      response = refuse(error, context)
    }
    ResponseHeaders.complete(&response, requestID: context.requestID, isSecure: door.isSecure)
    door.origins.complete(&response, to: request)
    if request.method == .head { ResponseHeaders.dropBody(of: &response) }
    let duration = ContinuousClock.now - start
    counters.end()
    durations.add(duration, status: response.status.code, of: context.endpoint?.operation)
    log(request, response, context, duration)
    return response
  }

  private func answer(_ request: Request, _ context: inout APIRequestContext) async throws -> Response {
    let target = request.head.path ?? ""
    guard target.utf8.count <= Self.maximumTargetLength else {
      throw Problem.targetTooLong(limit: Self.maximumTargetLength)
    }
    let path = target[..<(target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex)]
    if let answer = door.origins.preflight(request, allowed: endpoints.methods(at: path)) { return answer }
    let match = endpoints.match(request.method, path: path)
    // Who probes knows the service by its address.
    if !match.isProbe { try door.hosts.admit(request.head.authority) }
    // The cheapest first: before the token is looked at, and also where there is nothing.
    let address = door.rates.flatMap { _ in door.address(of: context) }
    if !match.isProbe { try door.rates?.admit(from: address) }
    switch match {
    case .unknown: throw Problem.notFound
    case .otherMethods(let allowed): throw Problem.methodNotAllowed(allowed)
    case .found(let endpoint, let captures):
      context.endpoint = endpoint
      context.captures = captures
      if endpoint.access == .token {
        context.identity = try await admit(request, endpoint.cost, from: address)
      }
      return try await endpoint.handler(request, context)
    }
  }

  /// Token, then rate by its bearer: nothing of a use case yet. What is no token at sight counts for nobody: behind its
  /// address there may be others.
  private func admit(
    _ request: Request, _ cost: RequestCost, from address: NetworkAddress?
  ) async throws -> VerifiedToken {
    let identity =
      switch try await authenticator.read(request.headers) {
      case .known(let token): token
      case .unchecked(let token, let digest): try await check(token, digest, from: address)
      }
    try door.rates?.admit(identity, cost)
    return identity
  }

  private func check(
    _ token: ScreenedToken, _ digest: TokenDigest, from address: NetworkAddress?
  ) async throws -> VerifiedToken {
    try door.rates?.admitCheck(of: digest, from: address)
    let outcome = await authenticator.verify(token, digest)
    if case .failure(let error) = outcome, error.isFault { door.rates?.noteFailure(of: digest, from: address) }
    return try outcome.get()
  }

  private func refuse(_ error: any Error, _ context: APIRequestContext) -> Response {
    let (problem, unforeseen) = ProblemMapper.problem(for: error)
    if unforeseen {
      context.logger.error(
        "Unforeseen error",
        metadata: ["operation": "\(context.endpoint?.operation ?? "-")", "error": "\(String(reflecting: error))"])
    }
    return problem.response(requestID: context.requestID)
  }

  /// The path's template is logged, not the path: what stands in no template may be anything.
  private func log(_ request: Request, _ response: Response, _ context: APIRequestContext, _ duration: Duration) {
    logger.info(
      "request",
      metadata: [
        "method": .string(request.method.rawValue), "route": .string(context.endpoint?.path ?? "-"),
        "status": .stringConvertible(response.status.code), "ms": .stringConvertible(duration.wholeMilliseconds),
        "request": .string(context.requestID),
      ])
  }
}

extension Duration {
  fileprivate var wholeMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
