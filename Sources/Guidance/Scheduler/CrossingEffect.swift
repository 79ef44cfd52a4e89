import Lifecycle
import Postgres

/// What a crossing makes happen, whoever carries it out: the scheduler, or the fact that came first.
enum CrossingEffect {
  case journal(JournalEntry)
  case notice(PlannedNotice)

  /// The effect of one crossing, recorded at an instant that may be long after it.
  init(_ crossing: Crossing, on space: ID<Space>, recordedAt: Instant) {
    switch crossing {
    case .boundary(_, let from, let to, let at):
      let states = [("from", from.rawValue), ("to", to.rawValue)]
      self = .journal(
        JournalEntry("crossed", effectiveAt: at, recordedAt: recordedAt, actor: .scheduler, details: states))
    case .notice(let rule, let boundaryAt, let at):
      self = .notice(
        PlannedNotice(space: space, code: rule.code, effectiveAt: at, boundaryAt: boundaryAt, plannedAt: recordedAt))
    }
  }
}
