extension Scene {
  /// The same facts under another version: what has passed stays, and nothing comes nearer than every warning needs.
  func governed(by next: Policy, lengtheningApproved: Bool) throws(LifecycleRefusal) -> Life {
    guard next.register == policy.register, next.zoneName == policy.zoneName else {
      throw .otherRegister(register: next.register, zoneName: next.zoneName)
    }
    guard next.version > policy.version else {
      throw .policyNotNewer(governing: policy.version, given: next.version)
    }
    if let reason = life.holdReason, next.hold(for: reason) == nil {
      throw .unknownHoldReason(reason, known: next.holds.map(\.reason))
    }
    let old = unsuspended(life).timeline(policy, zone)
    let changed = changing { life in
      life.policyVersion = next.version
      life.promise = promise(of: old, warningBy: next.longestNoticeOffset)
    }
    if !lengtheningApproved { try requireNotLonger(unsuspended(changed).timeline(next, zone), than: old) }
    return changed
  }

  private func promise(of old: Timeline, warningBy offset: Period) -> Promise {
    let nearest = today.adding(offset)
    func end(_ boundary: Boundary, _ lastDay: CivilDate) -> Promise.End {
      let at = old.instant(of: boundary)
      guard now < at else { return Promise.End(lastDay: lastDay, passedAt: at) }
      return Promise.End(lastDay: min(lastDay, nearest), passedAt: nil)
    }
    return Promise(
      active: end(.closing, old.lastDays.active),
      reactivatable: end(.sealing, old.lastDays.reactivatable),
      sealed: end(.archiving, old.lastDays.sealed),
      archived: min(old.lastDays.archived ?? nearest, nearest))
  }

  private func requireNotLonger(_ new: Timeline, than old: Timeline) throws(LifecycleRefusal) {
    for boundary in Boundary.allCases where new.instant(of: boundary) > old.instant(of: boundary) {
      throw .lengtheningNotApproved(
        boundary: boundary, from: old.instant(of: boundary), to: new.instant(of: boundary))
    }
  }

  private func unsuspended(_ life: Life) -> Life {
    var copy = life
    copy.restrictedAt = nil
    return copy
  }
}
