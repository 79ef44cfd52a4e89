import Guidance
import Lifecycle

extension JSONWriter {
  /// A space: as its participants see it, or its envelope alone for an admin or officer who is not in it.
  mutating func write(_ view: SpaceView) {
    let space = view.space
    object { json in
      json.member("id", space.id.description)
      json.member("organisationId", space.organisation.description)
      json.member("register", space.register)
      if let title = view.title {
        json.content(view, title: title)
      } else if view.roles.contains(.admin) {
        json.member("counsellors", view.counsellors)
      }
      json.member("state", view.state.rawValue)
      json.member("reactivatable", view.state == .reactivatable && !space.isRestricted)
      json.member("restricted", space.isRestricted)
      json.timeline(space.timeline)
      json.lastDays(space.timeline.lastDays)
      json.member("roles", view.roles.map(\.rawValue))
      json.member("allowedActions", view.allowedActions.map(\.rawValue))
      json.member("version", space.version)
      json.member("createdAt", space.createdAt)
    }
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
  mutating func write(_ participant: Participant) {
    object { json in
      json.member("id", participant.id.description)
      json.member("role", participant.role.rawValue)
      json.optional("name", participant.name)
      json.member("addedAt", participant.addedAt)
      json.optional("enteredAt", participant.enteredAt)
      json.optional("leftAt", participant.leftAt)
      if participant.role == .customer { json.member("unreachable", participant.isUnreachable) }
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
