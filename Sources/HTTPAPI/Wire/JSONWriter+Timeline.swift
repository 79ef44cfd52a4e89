import Guidance
import Lifecycle

extension JSONWriter {
  /// A timeline with the reason for each of its deadlines, and what has happened.
  mutating func write(_ view: TimelineView) {
    let space = view.space
    object { json in
      json.member("spaceId", space.id.description)
      json.member("state", view.state.rawValue)
      json.member("restricted", space.isRestricted)
      json.member("now", view.now)
      json.timeline(space.timeline)
      json.object("policy") { json in
        json.member("register", view.policy.register)
        json.member("version", view.policy.version)
        json.member("source", view.policy.source)
        json.member("zone", view.policy.zoneName)
      }
      json.array("deadlines") { json in
        for step in view.explanation.steps { json.write(step, now: view.now) }
      }
      json.name("baseErasure")
      json.write(view.explanation.base, now: view.now)
      json.facts(space.life)
    }
  }

  private mutating func write(_ step: Explanation.Step, now: Instant) {
    object { json in
      json.member("boundary", step.boundary.rawValue)
      json.member("enters", step.boundary.enters.rawValue)
      json.member("at", step.at.isFinite ? step.at : nil)
      json.member("lastDay", step.lastDay)
      json.member("passed", step.at <= now)
      json.object("cause") { json in json.cause(step.cause) }
      json.member("source", step.source)
    }
  }

  private mutating func cause(_ cause: DeadlineCause) {
    switch cause {
    case .counted(let from, let anchor, let period, let clamped):
      member("kind", "counted")
      member("from", from)
      member("anchor", anchor.rawValue)
      member("period", period.description)
      member("clamped", clamped)
    case .act(let fact):
      member("kind", "act")
      member("fact", fact.rawValue)
    case .promised: member("kind", "promised")
    case .held(let reason, let capped):
      member("kind", "held")
      member("reason", reason)
      member("capped", capped)
    case .grace: member("kind", "grace")
    case .suspended(let since):
      member("kind", "suspended")
      member("since", since)
    }
  }

  private mutating func facts(_ life: Life) {
    object("facts") { json in
      json.member("openedAt", life.openedAt)
      json.object("anchor") { json in
        json.member("kind", life.anchorKind.rawValue)
        json.member("at", life.anchorAt)
      }
      json.optional("closedAt", life.closedAt)
      json.optional("archivedEarlyAt", life.archivedEarlyAt)
      json.optional("restrictedAt", life.restrictedAt)
      json.optional("holdLastDay", life.holdLastDay)
      json.optional("holdReason", life.holdReason)
      json.optional("graceLastDay", life.graceLastDay)
      json.optional("erasureDecidedAt", life.erasureDecidedAt)
    }
  }
}
