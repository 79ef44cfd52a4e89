/// The one computation of a timeline, from which the explanation is told as well.
struct Reckoning {
  private(set) var closing: Mark
  private(set) var sealing: Mark
  private(set) var archiving: Mark
  /// Erasure without hold, restriction, grace and decision.
  let base: Mark
  private(set) var erasing: Mark

  init(_ life: Life, _ policy: Policy, _ zone: CivilZone) {
    let stages = policy.stages
    let rules = StageArithmetic(zone: zone)
    let anchor = Anchor(at: life.anchorAt, day: zone.date(of: life.anchorAt), kind: life.anchorKind)
    closing = rules.end(of: stages.inactivity, from: anchor, promised: life.promise?.active)
    if let closedAt = life.closedAt {
      closing = Mark(at: closedAt, lastDay: zone.date(of: closedAt), cause: .act(.closed))
    }
    sealing = rules.end(of: stages.reactivation, from: Anchor(closing), promised: life.promise?.reactivatable)
    archiving = rules.end(of: stages.sealed, from: Anchor(sealing), promised: life.promise?.sealed)
    if let act = life.archivedEarlyAt {
      let act = Mark(at: act, lastDay: zone.date(of: act), cause: .act(.archivedEarly))
      (closing, sealing, archiving) = (.earlier(closing, act), .earlier(sealing, act), .earlier(archiving, act))
    }
    base = rules.end(of: stages.archive, from: Anchor(archiving), promised: nil)
    erasing = base
    erasing = lastKeeping(of: life, policy, zone)
    if let decided = life.erasureDecidedAt { cutShort(at: decided, zone) }
  }

  /// The latest of everything that keeps content.
  private func lastKeeping(of life: Life, _ policy: Policy, _ zone: CivilZone) -> Mark {
    if let since = life.restrictedAt {
      return Mark(at: .distantFuture, lastDay: .max, cause: .suspended(since: since))
    }
    var latest = base
    if let reason = life.holdReason, let asked = life.holdLastDay {
      let limit = policy.hold(for: reason).map { base.lastDay.adding($0.cap) } ?? base.lastDay
      let lastDay = min(asked, limit)
      let cause = DeadlineCause.held(reason: reason, capped: limit < asked)
      latest = .later(latest, Mark(at: zone.endOfDay(lastDay), lastDay: lastDay, cause: cause))
    }
    if let day = life.graceLastDay {
      latest = .later(latest, Mark(at: zone.endOfDay(day), lastDay: day, cause: .grace))
    }
    if let day = life.promise?.archived {
      latest = .later(latest, Mark(at: zone.endOfDay(day), lastDay: day, cause: .promised))
    }
    return latest
  }

  private mutating func cutShort(at moment: Instant, _ zone: CivilZone) {
    let act = Mark(at: moment, lastDay: zone.date(of: moment), cause: .act(.erasureDecided))
    (closing, sealing, archiving) = (.earlier(closing, act), .earlier(sealing, act), .earlier(archiving, act))
    erasing = act
  }

  var timeline: Timeline {
    Timeline(
      closesAt: closing.at, sealsAt: sealing.at, archivesAt: archiving.at, erasesAt: erasing.at, baseErasesAt: base.at,
      lastDays: LastDays(
        active: closing.lastDay, reactivatable: sealing.lastDay, sealed: archiving.lastDay,
        archived: erasing.at == .distantFuture ? nil : erasing.lastDay))
  }
}
