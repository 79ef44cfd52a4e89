import Lifecycle

/// The second model: a space as the whole list of its facts, its timeline told again from the beginning each time, in
/// the words of design/lifecycle.md and with Foundation's calendar.
struct NaiveModel {
  struct End: Equatable {
    var at: Instant
    var day: CivilDate
  }

  struct Ends: Equatable {
    var stages: [End]
    var base: End
    var closesAt: Instant { stages[0].at }

    func state(at now: Instant) -> State {
      State.allCases[stages.filter { $0.at <= now }.count]
    }
  }

  let calendar = NaiveCalendar()
  let first: Policy
  var facts: [(fact: Fact, at: Instant)] = []
  /// The ends as they were before each fact, so that telling stays linear.
  var before: [Ends] = []

  init(policy: Policy, openedAt: Instant) {
    first = policy
    facts = [(.opened, openedAt)]
    before = [Ends(stages: [], base: End(at: openedAt, day: calendar.date(of: openedAt)))]
  }

  mutating func append(_ fact: Fact, at now: Instant) {
    before.append(ends)
    facts.append((fact, now))
  }

  var policy: Policy {
    facts.reduce(first) { if case .policyChanged(let next, _) = $1.fact { next } else { $0 } }
  }

  var ends: Ends { ends(suspending: true) }

  /// The ends; without `suspending` as if no restriction stood.
  func ends(suspending: Bool) -> Ends {
    let closing = closing()
    let rules = policy.stages
    var stages = [closing]
    for (index, rule) in [rules.reactivation, rules.sealed].enumerated() {
      stages.append(kept(index + 1, counted(rule.period, from: stages[index])))
    }
    for case (.archivedEarly, let at) in facts { stages = stages.map { cut($0, at) } }
    let base = counted(rules.archive.period, from: stages[2])
    stages.append(erasing(base, suspending: suspending))
    for case (.erasureDecided, let at) in facts {
      stages = stages.map { cut($0, at) }
      stages[3] = End(at: at, day: calendar.date(of: at))
    }
    return Ends(stages: stages, base: base)
  }

  private func cut(_ end: End, _ at: Instant) -> End {
    at < end.at ? End(at: at, day: calendar.date(of: at)) : end
  }

  private func counted(_ period: Period, from end: End) -> End {
    guard !period.isZero else { return end }
    let last = calendar.adding(period, to: end.day)
    return End(at: calendar.startOfNextDay(last), day: last)
  }

  /// The index of the latest opening or reactivation.
  private var rebirth: Int {
    facts.lastIndex { $0.fact == .reactivated } ?? 0
  }

  private func closing() -> End {
    for (fact, at) in facts[rebirth...] {
      if case .closed = fact { return End(at: at, day: calendar.date(of: at)) }
    }
    var anchor = facts[rebirth].at
    for index in facts.indices.dropFirst(rebirth + 1) {
      guard case .customerAuthenticated(let authTime) = facts[index].fact else { continue }
      let now = facts[index].at
      guard before[index].state(at: now) == .active else { continue }
      if calendar.date(of: min(authTime, now)) > calendar.date(of: anchor) { anchor = min(authTime, now) }
    }
    let period = policy.stages.inactivity.period
    return kept(0, counted(period, from: End(at: anchor, day: calendar.date(of: anchor))))
  }

  /// The latest change of policy; what earlier ones left standing shows in the ends it met.
  private var latestChange: (index: Int, next: Policy)? {
    for index in facts.indices.reversed() {
      if case .policyChanged(let next, _) = facts[index].fact { return (index, next) }
    }
    return nil
  }

  /// What the latest change of policy left standing of a stage's end; a reactivation since then voids the closing's.
  private func kept(_ stage: Int, _ end: End) -> End {
    guard let (index, next) = latestChange, stage > 0 || index > rebirth else { return end }
    let old = before[index].stages[stage]
    return old.at <= facts[index].at ? old : later(end, warningDay(index, next), atMost: old.day)
  }

  private func warningDay(_ index: Int, _ next: Policy) -> CivilDate {
    calendar.adding(next.longestNoticeOffset, to: calendar.date(of: facts[index].at))
  }

  private func later(_ end: End, _ day: CivilDate, atMost limit: CivilDate = .max) -> End {
    let day = min(day, limit)
    let other = End(at: calendar.startOfNextDay(day), day: day)
    return other.at > end.at ? other : end
  }

  private func erasing(_ base: End, suspending: Bool) -> End {
    var end = base
    var hold: (day: CivilDate, reason: String)?
    var restricted = false
    var governing = first
    for index in facts.indices {
      let (fact, now) = facts[index]
      switch fact {
      case .holdPlaced(let day, let reason): hold = (day, reason)
      case .holdReleased:
        if let held = hold {
          let grace = calendar.adding(governing.releaseGrace, to: calendar.date(of: now))
          let cap = governing.hold(for: held.reason)?.cap ?? .zero
          end = later(end, grace, atMost: calendar.adding(cap, to: before[index].base.day))
        }
        hold = nil
      case .restricted: restricted = true
      case .unrestricted:
        restricted = false
        end = later(end, calendar.adding(governing.releaseGrace, to: calendar.date(of: now)))
      case .policyChanged(let next, _): governing = next
      case .opened, .customerAuthenticated, .closed, .reactivated, .archivedEarly, .erasureDecided: break
      }
    }
    if let (index, next) = latestChange {
      // What was promised at the change does not depend on the restriction that suspends it.
      let old = prefix(index).ends(suspending: false)
      end = later(end, warningDay(index, next), atMost: old.stages[3].day)
    }
    if restricted && suspending { return End(at: .distantFuture, day: .max) }
    guard let hold else { return end }
    let cap = policy.hold(for: hold.reason)?.cap ?? .zero
    return later(end, hold.day, atMost: calendar.adding(cap, to: base.day))
  }

  private func prefix(_ count: Int) -> NaiveModel {
    var model = self
    model.facts = Array(facts[..<count])
    model.before = Array(before[..<count])
    return model
  }
}
