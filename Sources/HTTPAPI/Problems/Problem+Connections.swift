import HTTPTypes
import NIOHTTP1

/// Problems of connections: what never became a request.
extension Problem {
  /// What can't be read as one HTTP/1.1 request, or could be read as two different ones.
  static func malformedRequest(_ detail: String) -> Problem {
    Problem("malformed-request", .badRequest, "Malformed request", detail: detail)
  }

  /// More requests on a connection than are answered one after the other in reasonable time.
  static func tooFarAhead(limit: Int) -> Problem {
    var problem = Problem.tooManyRequests(retryAfterSeconds: 1)
    problem.detail = "At most \(limit) requests may be sent ahead of their answers."
    return problem.with("limit", .int(limit))
  }

  /// What the parser stopped at.
  static func unparsable(_ error: HTTPParserError) -> Problem {
    switch error {
    case .headerOverflow:
      Problem(
        "header-too-large", .requestHeaderFieldsTooLarge, "Header too large",
        detail: "There are too many header fields, or they are too long.")
    default: .malformedRequest("This is no HTTP/1.1 request.")
    }
  }
}
