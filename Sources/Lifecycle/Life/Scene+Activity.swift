extension Scene {
  /// Only the local date counts, only in `active`, and only forwards: an authentication never shortens a life.
  func authenticated(at authTime: Instant) throws(LifecycleRefusal) -> Life {
    guard authTime <= now + policy.authenticationLeeway else {
      throw .authenticationInFuture(authTime: authTime, now: now)
    }
    // Within the leeway our own clock rules, or a life could be anchored tomorrow.
    let moment = min(authTime, now)
    guard timeline.state(at: now) == .active, zone.date(of: moment) > zone.date(of: life.anchorAt) else { return life }
    return changing { life in
      life.anchorAt = moment
      life.anchorKind = .authentication
    }
  }

  func closed(for reason: String) throws(LifecycleRefusal) -> Life {
    try require(reason: reason)
    return changing { $0.closedAt = now }
  }

  /// As an opening now. What was promised about the closing that is undone is void.
  func reactivated() throws(LifecycleRefusal) -> Life {
    try requireUnrestricted()
    return changing { life in
      life.anchorAt = now
      life.anchorKind = .reactivation
      life.closedAt = nil
      life.promise?.active = nil
    }
  }

  func archivedEarly(for reason: String) throws(LifecycleRefusal) -> Life {
    try require(reason: reason)
    return changing { $0.archivedEarlyAt = now }
  }
}
