import Guidance
import Lifecycle

extension JSONWriter {
  /// What a sweep did, or would do.
  mutating func write(_ report: SweepReport, dryRun: Bool) {
    object { json in
      json.member("dryRun", dryRun)
      json.crossed(report)
      json.member("notices", report.notices)
      json.member("skipped", report.skipped)
      json.member("erasuresHeld", report.erasuresHeld)
      json.member("destroyed", report.destroyed)
      json.member("peopleErased", report.peopleErased)
      json.member("journalsExpired", report.journalsExpired)
      json.member("accessesExpired", report.accessesExpired)
      json.member("staffChangesExpired", report.staffChangesExpired)
    }
  }

  /// How many spaces entered each state; every state is there, also with nought.
  mutating func crossed(_ report: SweepReport) {
    object("crossed") { json in
      for state in State.allCases where state != .active {
        json.member(state.rawValue, report.crossed[state] ?? 0)
      }
    }
  }

  /// A line of the forecast.
  mutating func write(_ line: ForecastDay) {
    object { json in
      json.member("day", line.day)
      json.member("register", line.register)
      json.member("state", line.state.rawValue)
      json.member("spaces", line.spaces)
    }
  }

  /// A line of a space's journal. `entry` is the very text that was hashed.
  mutating func write(_ line: JournalLine) {
    object { json in
      json.member("sequence", line.sequence)
      json.member("kind", line.kind)
      json.member("effectiveAt", line.effectiveAt)
      json.member("recordedAt", line.recordedAt)
      json.member("entry", String(decoding: line.entry, as: UTF8.self))
      json.member("hash", line.hash.hexadecimal)
    }
  }

  /// A look at anything, as the data protection officer reads it.
  mutating func write(_ access: AccessEntry) {
    object { json in
      json.member("at", access.at)
      json.member("principal", ID<Caller>(access.principal).description)
      json.member("role", access.role)
      json.optional("organisationId", access.organisation?.description)
      json.optional("spaceId", access.space?.description)
      json.optional("participantId", access.participation?.description)
      json.member("what", access.what)
      json.optional("fileId", access.object.map { ID<File>($0).description })
      json.optional("address", access.address?.description)
      json.optional("requestId", access.requestID)
      json.member("outcome", access.outcome)
    }
  }

  /// A look at a space, as its customer sees it.
  mutating func write(_ look: SpaceLook) {
    object { json in
      json.member("at", look.at)
      json.member("role", look.role)
      json.optional("participantId", look.participation?.description)
      json.member("what", look.what)
      json.optional("fileId", look.file?.description)
      json.member("outcome", look.outcome)
    }
  }

  /// A notice or invitation that would be sent. Development only.
  mutating func write(_ item: OutboxItem) {
    object { json in
      json.member("kind", item.kind)
      json.member("spaceId", item.space.description)
      json.member("effectiveAt", item.effectiveAt)
      json.optional("boundaryAt", item.boundaryAt)
      json.member("createdAt", item.createdAt)
      json.optional("email", item.email)
      json.optional("invitation", item.invitation)
    }
  }
}
