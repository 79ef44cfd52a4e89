public import Guidance

extension AccessUnlogged: ProblemConvertible {
  /// 503: what can't be logged is not shown.
  public func problem() -> Problem {
    .unavailable("The access log can't be written now, and nothing is shown that is not logged.", retryAfterSeconds: 2)
  }
}
