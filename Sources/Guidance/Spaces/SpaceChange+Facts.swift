import Lifecycle

extension SpaceChange {
  /// Carries out every crossing up to now that the scheduler has not come to yet: a fact never overwrites one.
  func carryOutCrossings() throws {
    try carryOut(timeline.crossings(policy: policy, zone: store.zone, after: journaledThrough, through: now))
    journaledThrough = max(journaledThrough, now)
  }

  /// Records a fact: decides by the pure core, journals it, and carries out a boundary that the fact itself set to now.
  ///
  /// - Returns: whether the timeline or the facts are others now.
  /// - Throws: `Refusal` when the state or the policy does not allow it.
  @discardableResult
  func record(_ fact: Fact, details: [(name: String, value: String)] = []) throws -> Bool {
    let recorded: Recorded
    do {
      recorded = try life.recording(fact, at: now, policy: policy, zone: store.zone)
    } catch {
      throw Refusal(error)
    }
    try journal(fact.kind.rawValue, details: details)
    (life, timeline) = (recorded.life, recorded.timeline)
    try carryOut(recorded.effects)
    return recorded.changed
  }

  private func carryOut(_ crossings: [Crossing]) throws {
    if !crossings.isEmpty { hasCrossed = true }
    for crossing in crossings {
      switch CrossingEffect(crossing, on: space.id, recordedAt: now) {
      case .journal(let entry): try append(entry)
      case .notice(let notice): try enqueue(notice.insertion)
      }
    }
  }
}
