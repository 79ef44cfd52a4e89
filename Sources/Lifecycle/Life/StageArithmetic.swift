/// Where a stage begins and what its days are counted from.
struct Anchor {
  let at: Instant
  let day: CivilDate
  let kind: AnchorKind

  init(at: Instant, day: CivilDate, kind: AnchorKind) {
    self.at = at
    self.day = day
    self.kind = kind
  }

  /// The beginning of the stage after `mark`: an act counts from its local date, a boundary at local midnight from the
  /// last day before it, so that 3 + 3 + 12 months make eighteen.
  init(_ mark: Mark) {
    switch mark.cause {
    case .act(.closed): self.init(at: mark.at, day: mark.lastDay, kind: .closing)
    case .act(.archivedEarly): self.init(at: mark.at, day: mark.lastDay, kind: .earlyArchiving)
    case .act, .counted, .promised, .held, .grace, .suspended:
      self.init(at: mark.at, day: mark.lastDay, kind: .stageBefore)
    }
  }
}

/// Counts a stage's end.
struct StageArithmetic {
  let zone: CivilZone

  func end(of stage: StageRule, from anchor: Anchor, promised: Promise.End?) -> Mark {
    let counted = counted(stage.period, from: anchor)
    guard let promised else { return counted }
    guard promised.passedAt == nil else { return Mark(promised, zone) }
    return .later(counted, Mark(promised, zone))
  }

  private func counted(_ period: Period, from anchor: Anchor) -> Mark {
    let deadline = zone.deadline(from: anchor.day, period: period)
    let cause = DeadlineCause.counted(
      from: anchor.day, anchor: anchor.kind, period: period, clamped: deadline.clamped)
    // A stage of zero length ends when it begins, and not with its day.
    return Mark(at: period.isZero ? anchor.at : deadline.boundary, lastDay: deadline.lastDay, cause: cause)
  }
}

extension Mark {
  init(_ promised: Promise.End, _ zone: CivilZone) {
    let at = promised.passedAt ?? zone.endOfDay(promised.lastDay)
    self.init(at: at, lastDay: promised.lastDay, cause: .promised)
  }
}
