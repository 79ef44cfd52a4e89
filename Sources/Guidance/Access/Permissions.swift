public import Lifecycle

/// Who may do what to a space, in which state: the one place that says so.
///
/// Row-level security hides what a role does not see; this table decides the rest. What is not listed is refused.
///
/// | action | customer | counsellor | admin |
/// | --- | --- | --- | --- |
/// | read, readTimeline | while it exists | until archived | until archived (envelope only) |
/// | readContent, readJournal | while it exists | until archived | never |
/// | write | active, reactivatable | active, reactivatable | never |
/// | rename, invite | never | active, reactivatable | never |
/// | enter, download, readAccessLog | while it exists | never | never |
/// | close | never | active | active |
/// | reactivate | never | reactivatable | never |
/// | archive | never | never | active, reactivatable, closed |
/// | giveFeedback | from closing on | never | never |
public enum Permissions {
  private static let open: [State] = [.active, .reactivatable]
  private static let unarchived: [State] = [.active, .reactivatable, .closed]
  private static let existing: [State] = [.active, .reactivatable, .closed, .archived]

  /// The states in which the role may do it; empty when it may in none.
  public static func states(_ role: SpaceRole, _ action: Action) -> [State] {
    switch (action, role) {
    case (.read, .customer), (.readTimeline, .customer): existing
    case (.read, .counsellor), (.read, .admin), (.readTimeline, .counsellor), (.readTimeline, .admin): unarchived
    case (.readContent, .customer), (.readJournal, .customer): existing
    case (.readContent, .counsellor), (.readJournal, .counsellor): unarchived
    case (.write, .customer), (.write, .counsellor): open
    case (.rename, .counsellor), (.invite, .counsellor): open
    case (.enter, .customer), (.download, .customer), (.readAccessLog, .customer): existing
    case (.close, .counsellor), (.close, .admin): [.active]
    case (.reactivate, .counsellor): [.reactivatable]
    case (.archive, .admin): unarchived
    case (.giveFeedback, .customer): [.reactivatable, .closed, .archived]
    case (.readContent, .admin), (.readJournal, .admin), (.write, .admin), (.rename, .customer), (.rename, .admin),
      (.invite, .customer), (.invite, .admin), (.enter, .counsellor), (.enter, .admin), (.download, .counsellor),
      (.download, .admin), (.close, .customer), (.reactivate, .customer), (.reactivate, .admin),
      (.readAccessLog, .counsellor), (.readAccessLog, .admin), (.archive, .customer), (.archive, .counsellor),
      (.giveFeedback, .counsellor), (.giveFeedback, .admin):
      []
    }
  }

  /// What remains possible while a space is restricted (GDPR 18): customers read and download.
  static let underRestriction: Set<Action> = [
    .read, .readTimeline, .readContent, .readJournal, .readAccessLog, .enter, .download,
  ]

  /// Refuses what none of the roles may do now.
  ///
  /// - Throws: `forbidden` when no state would help, `wrongState` with the states that would, `restricted`.
  public static func check(
    _ action: Action, roles: [SpaceRole], state: State, restricted: Bool, since: Instant?
  ) throws(Refusal) {
    var allowedFrom: [State] = []
    for role in roles { allowedFrom += states(role, action) }
    guard !allowedFrom.isEmpty else { throw .forbidden(.role) }
    guard allowedFrom.contains(state) else { throw .wrongState(state, allowedFrom: allowedFrom, since: since) }
    guard !restricted || underRestriction.contains(action) else { throw .restricted }
  }

  /// What the roles may do now, in the order of `Action`.
  public static func allowed(roles: [SpaceRole], state: State, restricted: Bool) -> [Action] {
    Action.allCases.filter { action in
      (!restricted || underRestriction.contains(action))
        && roles.contains { states($0, action).contains(state) }
    }
  }
}
