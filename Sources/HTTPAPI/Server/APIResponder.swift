public import Hummingbird
public import Logging
import HTTPTypes

/// Every request passes here, once, from top to bottom: id, route, token, handler; then problem, headers, log line.
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
  private let authenticator: Authenticator
  private let logger: Logger

  /// A responder for these endpoints; `logger` gets one line a request at level info.
  public init(endpoints: [Endpoint], authenticator: Authenticator, logger: Logger) {
    self.endpoints = EndpointTable(endpoints)
    self.authenticator = authenticator
    self.logger = logger
  }

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
    ResponseHeaders.complete(&response, requestID: context.requestID)
    if request.method == .head { ResponseHeaders.dropBody(of: &response) }
    counters.end(status: response.status.code)
    log(request, response, context, ContinuousClock.now - start)
    return response
  }

  private func answer(_ request: Request, _ context: inout APIRequestContext) async throws -> Response {
    let target = request.head.path ?? ""
    guard target.utf8.count <= Self.maximumTargetLength else {
      throw Problem.targetTooLong(limit: Self.maximumTargetLength)
    }
    let path = target.prefix { $0 != "?" }
    switch endpoints.match(request.method, path: path) {
    case .unknown: throw Problem.notFound
    case .otherMethods(let allowed): throw Problem.methodNotAllowed(allowed)
    case .found(let endpoint, let captures):
      context.endpoint = endpoint
      context.captures = captures
      if endpoint.access == .token {
        context.identity = try await authenticator.identity(of: request.headers)
      }
      return try await endpoint.handler(request, context)
    }
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
