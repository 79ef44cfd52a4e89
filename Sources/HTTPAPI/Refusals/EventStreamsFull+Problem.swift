public import Guidance

extension EventStreamsFull: ProblemConvertible {
  /// 429 to who has too many streams, 503 where this copy takes no more.
  public func problem() -> Problem {
    switch self {
    case .caller(let limit):
      var problem = Problem.tooManyRequests(retryAfterSeconds: 10)
      problem.detail = "At most \(limit) event streams may be open at a time; close one first."
      return problem.with("limit", .int(limit))
    case .service: return .unavailable("There are as many event streams as the service takes.", retryAfterSeconds: 10)
    case .stopping: return .unavailable("The service is shutting down.", retryAfterSeconds: 2)
    }
  }
}
