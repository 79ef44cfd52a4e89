import Lifecycle

/// A space as a service would keep it: the incremental life, its journal, and the second model beside them.
struct Space {
  struct Entry: Equatable {
    var what: String
    var effectiveAt: Instant
    var recordedAt: Instant
  }

  private(set) var life: Life
  private(set) var timeline: Timeline
  private(set) var policy: Policy
  private(set) var naive: NaiveModel
  private(set) var journal: [Entry]
  /// Up to when crossings have been carried out.
  private(set) var cursor: Instant

  init(openedAt: Instant, policy: Policy = guidance) {
    let opened = Life.opening(at: openedAt, policy: policy, zone: helsinki)
    (life, timeline, self.policy) = (opened.life, opened.timeline, policy)
    naive = NaiveModel(policy: policy, openedAt: openedAt)
    journal = [Entry(what: "opened", effectiveAt: openedAt, recordedAt: openedAt)]
    cursor = openedAt
  }

  var facts: [(fact: Fact, at: Instant)] { naive.facts }

  /// Carries out what has become due.
  mutating func sweep(through now: Instant) {
    for crossing in timeline.crossings(policy: policy, zone: helsinki, after: cursor, through: now) {
      journal.append(Entry(what: crossing.words, effectiveAt: crossing.effectiveAt, recordedAt: now))
    }
    cursor = max(cursor, now)
  }

  @discardableResult
  mutating func record(_ fact: Fact, at now: Instant) throws(LifecycleRefusal) -> Recorded {
    sweep(through: now)
    let recorded = try life.recording(fact, at: now, policy: policy, zone: helsinki)
    naive.append(fact, at: now)
    (life, timeline) = (recorded.life, recorded.timeline)
    if case .policyChanged(let next, _) = fact { policy = next }
    journal.append(Entry(what: fact.kind.rawValue, effectiveAt: now, recordedAt: now))
    journal += recorded.effects.map { Entry(what: $0.words, effectiveAt: $0.effectiveAt, recordedAt: now) }
    return recorded
  }

  func state(at now: Instant) -> State { timeline.state(at: now) }
}

extension Crossing {
  /// Short words for tables: `active>reactivatable`, `notice closed`.
  var words: String {
    switch self {
    case .boundary(_, let from, let to, _): "\(from)>\(to)"
    case .notice(let rule, _, _): "notice \(rule.code)"
    }
  }

  /// Words and the local day.
  var dated: String { "\(helsinki.date(of: effectiveAt)) \(words)" }
}
