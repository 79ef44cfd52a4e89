/// The members of space.json before its lists.
enum SpaceJSONHead {
  static func write(_ document: SpaceDocument, to json: inout JSONBytes) {
    json.newLine()
    json.member("id", document.id)
    json.member("title", document.title)
    json.member("language", document.language)
    json.newLine()
    named("organisation", document.organisationName, to: &json)
    named("controller", document.controllerName, to: &json)
    json.member("register", document.register)
    json.name("topics")
    json.array(document.topics) { $0.string($1) }
    json.member("contentAsOf", document.contentAsOf.utc)
    json.newLine()
    json.name("timeline")
    timeline(document.timeline, to: &json)
    json.newLine()
    json.name("participants")
    json.array(document.participants) { participant($1, to: &$0) }
    json.newLine()
    json.name("feedback")
    feedback(document.feedback, to: &json)
    json.newLine()
    json.member("messageCount", document.messageCount)
    json.member("fileCount", document.fileCount)
  }

  /// A person as sender or uploader.
  static func person(_ name: String?, _ role: ArchivedRole, to json: inout JSONBytes) {
    json.object { json in
      json.member("name", name)
      json.member("role", role.rawValue)
    }
  }

  private static func named(_ member: StaticString, _ name: String?, to json: inout JSONBytes) {
    json.name(member)
    json.object { $0.member("name", name) }
  }

  private static func timeline(_ timeline: ArchivedTimeline, to json: inout JSONBytes) {
    json.object { json in
      json.name("events")
      json.array(timeline.events) { json, event in
        json.object { json in
          json.member("kind", event.kind.rawValue)
          json.member("at", event.at.utc)
        }
      }
      json.name("lastDays")
      json.object { json in
        json.member("active", timeline.lastActiveDay?.iso)
        json.member("reactivatable", timeline.lastReactivatableDay?.iso)
        json.member("archived", timeline.lastArchivedDay?.iso)
      }
    }
  }

  private static func participant(_ participant: ArchivedParticipant, to json: inout JSONBytes) {
    json.object { json in
      json.member("name", participant.displayName)
      json.member("role", participant.role.rawValue)
      json.member("joinedAt", participant.joinedAt?.utc)
      json.member("leftAt", participant.leftAt?.utc)
    }
  }

  private static func feedback(_ feedback: ArchivedFeedback?, to json: inout JSONBytes) {
    guard let feedback else { return json.null() }
    json.object { json in
      json.member("rating", feedback.rating)
      json.member("text", feedback.text)
      json.member("givenAt", feedback.givenAt.utc)
    }
  }
}
