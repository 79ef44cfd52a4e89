public import Guidance

extension ArchiveKeyReplaced: ProblemConvertible {
  /// 503: another copy of the service has the new key.
  public func problem() -> Problem { .unavailable("This copy of the service can't sign archives.") }
}
