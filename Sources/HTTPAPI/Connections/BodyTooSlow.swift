import HTTPTypes

/// A body came too slowly; its reader gets this in place of the rest.
struct BodyTooSlow: ProblemConvertible {
  /// 408: the client may try again, when its network is better.
  func problem() -> Problem {
    Problem("request-timeout", .requestTimeout, "Request timeout", detail: "The body came too slowly.")
  }
}
