import Guidance
import Lifecycle

extension JSONWriter {
  /// A space: as its participants see it, or its envelope alone for an admin or officer who is not in it.
  mutating func write(_ view: SpaceView) {
    object { json in json.members(of: view) }
  }

  /// The same without the braces, for an object that says more of it.
  mutating func members(of view: SpaceView) {
    let space = view.space
    member("id", space.id.description)
    member("organisationId", space.organisation.description)
    member("register", space.register)
    if let title = view.title {
      content(view, title: title)
    } else if view.roles.contains(.admin) {
      member("counsellors", view.counsellors)
    }
    if view.isContentLost { member("contentLost", true) }
    member("state", view.state.rawValue)
    member("reactivatable", view.state == .reactivatable && !space.isRestricted)
    member("restricted", space.isRestricted)
    timeline(space.timeline)
    lastDays(space.timeline.lastDays)
    member("roles", view.roles.map(\.rawValue))
    member("allowedActions", view.allowedActions.map(\.rawValue))
    member("version", space.version)
    member("createdAt", space.createdAt)
  }

  /// What only participants see.
  private mutating func content(_ view: SpaceView, title: String) {
    member("title", title)
    member("language", view.space.language.rawValue)
    member("topics", view.space.topics)
    array("participants") { json in
      for participant in view.participants { json.write(participant) }
    }
    optional("participantId", view.participation?.description)
    optional("lastCustomerAuthenticationAt", view.participants.compactMap(\.lastAuthenticatedAt).max())
  }

  /// The four instants; erasure is `null` while a restriction suspends it.
  mutating func timeline(_ timeline: Timeline) {
    object("timeline") { json in
      json.member("closesAt", timeline.closesAt)
      json.member("sealsAt", timeline.sealsAt)
      json.member("archivesAt", timeline.archivesAt)
      json.member("erasesAt", timeline.erasesAt.isFinite ? timeline.erasesAt : nil)
    }
  }

  private mutating func lastDays(_ days: LastDays) {
    object("lastDays") { json in
      json.member("active", days.active)
      json.member("reactivatable", days.reactivatable)
      json.member("archived", days.archived)
    }
  }

  /// Somebody's place in a space.
  ///
  /// - Parameter marks: whether what they have read is told: it changes without the space's version.
  mutating func write(_ participant: Participant, marks: Bool = false) {
    object { json in
      json.member("id", participant.id.description)
      json.member("role", participant.role.rawValue)
      json.optional("name", participant.name)
      json.member("addedAt", participant.addedAt)
      json.optional("enteredAt", participant.enteredAt)
      json.optional("leftAt", participant.leftAt)
      if participant.role == .customer { json.member("unreachable", participant.isUnreachable) }
      if let organisation = participant.secondOf {
        json.member("secondOf", organisation.description)
        json.member("pending", participant.isPending)
      }
      if marks, participant.readThrough > 0 { json.member("readThrough", participant.readThrough) }
    }
  }

  /// Who wrote or uploaded something.
  mutating func sender(_ name: String, _ sender: Sender) {
    object(name) { json in
      json.member("participantId", sender.participation.description)
      json.member("role", sender.role.rawValue)
      json.optional("name", sender.name)
    }
  }
}
