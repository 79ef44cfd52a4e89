extension Scene {
  /// A hold that stands may be lengthened; to shorten it is to release it, with its grace.
  func held(through lastDay: CivilDate, for reason: String) throws(LifecycleRefusal) -> Life {
    guard let rule = policy.hold(for: reason) else {
      throw .unknownHoldReason(reason, known: policy.holds.map(\.reason))
    }
    guard lastDay >= today else { throw .holdInPast(today: today) }
    let latest = reckoning.base.lastDay.adding(rule.cap)
    guard lastDay <= latest else { throw .holdBeyondCap(latestUntil: latest) }
    if let standing = standingHold, lastDay <= standing.lastDay {
      throw .holdStands(reason: standing.reason, lastDay: standing.lastDay)
    }
    return changing { life in
      life.holdLastDay = lastDay
      life.holdReason = reason
    }
  }

  /// The base again, but with the grace; the grace itself keeps to the hold's cap, or a row of holds would pass it.
  func released() throws(LifecycleRefusal) -> Life {
    guard let reason = life.holdReason, life.holdLastDay != nil else { throw .noHold }
    let base = reckoning.base.lastDay
    let latest = policy.hold(for: reason).map { base.adding($0.cap) } ?? base
    return changing { life in
      life.holdLastDay = nil
      life.holdReason = nil
      life.graceLastDay = later(life.graceLastDay, min(today.adding(policy.releaseGrace), latest))
    }
  }

  func restricted() throws(LifecycleRefusal) -> Life {
    try requireUnrestricted()
    return changing { $0.restrictedAt = now }
  }

  func unrestricted() throws(LifecycleRefusal) -> Life {
    guard life.restrictedAt != nil else { throw .notRestricted }
    return changing { life in
      life.restrictedAt = nil
      life.graceLastDay = later(life.graceLastDay, today.adding(policy.releaseGrace))
    }
  }

  func erasureDecided() throws(LifecycleRefusal) -> Life {
    try requireErasable()
    return changing { $0.erasureDecidedAt = now }
  }

  /// Nothing is erased by decision while a hold or a restriction keeps it.
  func requireErasable() throws(LifecycleRefusal) {
    try requireUnrestricted()
    if let standing = standingHold { throw .holdStands(reason: standing.reason, lastDay: standing.lastDay) }
  }

  private var standingHold: (reason: String, lastDay: CivilDate)? {
    guard let reason = life.holdReason, let lastDay = life.holdLastDay, lastDay >= today else { return nil }
    return (reason, lastDay)
  }

  private func later(_ old: CivilDate?, _ new: CivilDate) -> CivilDate { old.map { max($0, new) } ?? new }
}
