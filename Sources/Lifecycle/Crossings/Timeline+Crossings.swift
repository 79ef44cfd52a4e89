extension Timeline {
  /// Everything that becomes due after `start` and no later than `end`, in order.
  ///
  /// Boundaries that coincide are one crossing, into the state that then holds; notices belong to it only, so that a
  /// stage of zero length makes no noise. At the same instant the crossing comes first, then notices by boundary and in
  /// the policy's order. The result for (a, c] is that for (a, b] followed by that for (b, c], whatever b.
  public func crossings(
    policy: Policy, zone: CivilZone, after start: Instant, through end: Instant
  ) -> [Crossing] {
    schedule(policy, zone).filter { start < $0.effectiveAt && $0.effectiveAt <= end }
  }

  /// The next moment after `start` at which anything becomes due; nil when nothing ever does.
  public func nextDue(policy: Policy, zone: CivilZone, after start: Instant) -> Instant? {
    schedule(policy, zone).first { $0.effectiveAt > start }?.effectiveAt
  }

  /// What `crossings` and, from `end` on, `nextDue` say, for a little more than the price of one of them.
  public func due(
    policy: Policy, zone: CivilZone, after start: Instant, through end: Instant
  ) -> (crossings: [Crossing], next: Instant?) {
    let schedule = schedule(policy, zone)
    return (
      schedule.filter { start < $0.effectiveAt && $0.effectiveAt <= end },
      schedule.first { $0.effectiveAt > end }?.effectiveAt
    )
  }

  /// What a fact at `now` makes due at once: the passage from the state it met to the one it makes, and its notices.
  func effects(at now: Instant, before old: Timeline, policy: Policy, zone: CivilZone) -> [Crossing] {
    let met = old.state(at: now)
    guard met != state(at: now) else { return [] }
    return crossings(policy: policy, zone: zone, after: now - .microseconds(1), through: now).map { crossing in
      // A boundary that was crossed at this very instant may coincide with the fact's own by now.
      guard case .boundary(let boundary, _, let to, let at) = crossing else { return crossing }
      return .boundary(boundary, from: met, to: to, at: at)
    }
  }

  /// All crossings of this timeline, in order.
  private func schedule(_ policy: Policy, _ zone: CivilZone) -> [Crossing] {
    var from = State.active
    var crossings: [Crossing] = []
    let passed = Boundary.allCases.filter { instant(of: $0).isFinite && !isOvertaken($0) }
    for boundary in passed {
      crossings.append(.boundary(boundary, from: from, to: boundary.enters, at: instant(of: boundary)))
      from = boundary.enters
    }
    for boundary in passed {
      for rule in policy.notices where rule.boundary == boundary {
        crossings.append(notice(rule, at: instant(of: boundary), zone))
      }
    }
    let order = crossings.enumerated().sorted { left, right in
      (left.element.effectiveAt, left.offset) < (right.element.effectiveAt, right.offset)
    }
    return order.map(\.element)
  }

  private func notice(_ rule: NoticeRule, at boundary: Instant, _ zone: CivilZone) -> Crossing {
    guard rule.daysBefore > 0 else { return .notice(rule, boundaryAt: boundary, at: boundary) }
    let day = zone.date(of: boundary).adding(days: -rule.daysBefore)
    return .notice(rule, boundaryAt: boundary, at: zone.startOfDay(day))
  }

  /// Whether the state that a boundary begins ends at the same instant.
  private func isOvertaken(_ boundary: Boundary) -> Bool {
    switch boundary {
    case .closing: sealsAt == closesAt
    case .sealing: archivesAt == sealsAt
    case .archiving: erasesAt == archivesAt
    case .erasing: false
    }
  }
}
