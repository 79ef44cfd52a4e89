public import Lifecycle

/// A space as one caller sees it at one instant.
public struct SpaceView: Sendable {
  /// The envelope.
  public let space: Space
  /// What the caller is to it; never empty.
  public let roles: [SpaceRole]
  /// The caller's place in it; nil for an admin who is not in it.
  public let participation: ID<Participation>?
  /// When this was true.
  public let now: Instant
  /// Opened for participants only.
  public let title: String?
  /// For participants only; an admin sees the counsellors through the organisation's staff.
  public let participants: [Participant]

  /// The counsellors' names, for an admin who is not in it.
  public let counsellors: [String]
  /// Whether the key that title, names, messages and files are sealed with is lost: nobody reads them any more.
  public let isContentLost: Bool

  /// Where now stands on the timeline.
  public var state: State { space.timeline.state(at: now) }

  /// What the caller may do now.
  public var allowedActions: [Action] {
    Permissions.allowed(roles: roles, state: state, restricted: space.isRestricted)
  }

  /// Changes with everything the caller could see change.
  public var entityTag: String { Self.entityTag(version: space.version, state: state, roles: roles) }

  /// Version, state at now and what the caller is.
  static func entityTag(version: Int, state: State, roles: [SpaceRole]) -> String {
    "\(version)-\(state.rawValue)-\(roles.map(\.rawValue).joined(separator: "+"))"
  }
}
