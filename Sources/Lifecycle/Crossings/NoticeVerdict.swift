/// What becomes of a planned notice when it is about to be sent.
public enum NoticeVerdict: Hashable, Sendable {
  /// It still tells the truth.
  case send
  /// It comes too late to be true: the boundary it warned of has passed, or the state it announced is over.
  case withdrawPassed
  /// The boundary stands elsewhere now.
  case withdrawMoved(to: Instant)
}

extension Timeline {
  /// Whether a notice planned for `boundaryAt` is still to be sent at `now`.
  public func verdict(on rule: NoticeRule, boundaryAt: Instant, at now: Instant) -> NoticeVerdict {
    let current = instant(of: rule.boundary)
    guard current == boundaryAt else { return .withdrawMoved(to: current) }
    let inTime = rule.daysBefore > 0 ? now < boundaryAt : state(at: now) == rule.boundary.enters
    return inTime ? .send : .withdrawPassed
  }
}
