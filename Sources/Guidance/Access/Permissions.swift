public import Lifecycle

/// Who may do what to a space, in which state: the one place that says so.
///
/// Row-level security hides what a role does not see; this table decides the rest. What is not listed is refused.
///
/// | action | customer | counsellor | admin | officer (DPO) |
/// | --- | --- | --- | --- | --- |
/// | read, readTimeline | while it exists | until archived | until archived (envelope) | while it exists (envelope) |
/// | readJournal | while it exists | until archived | never | while it exists |
/// | readContent | while it exists | until archived | never | never |
/// | write | active, reactivatable | active, reactivatable | never | never |
/// | rename, invite | never | active, reactivatable | never | never |
/// | enter, download, readAccessLog | while it exists | never | never | never |
/// | close | never | active | active | never |
/// | reactivate | never | reactivatable | never | never |
/// | archive | never | never | active, reactivatable, closed | never |
/// | giveFeedback | from closing on | never | never | never |
/// | readHolds, hold, restrict, erase | never | never | never | while it exists |
public enum Permissions {
  private static let open: [State] = [.active, .reactivatable]
  private static let unarchived: [State] = [.active, .reactivatable, .closed]
  private static let existing: [State] = [.active, .reactivatable, .closed, .archived]

  /// The states in which the role may do it; empty when it may in none.
  public static func states(_ role: SpaceRole, _ action: Action) -> [State] {
    switch (action, role) {
    case (.read, .customer), (.readTimeline, .customer): existing
    case (.read, .counsellor), (.read, .admin), (.readTimeline, .counsellor), (.readTimeline, .admin): unarchived
    case (.read, .dataProtectionOfficer), (.readTimeline, .dataProtectionOfficer),
      (.readJournal, .dataProtectionOfficer), (.readHolds, .dataProtectionOfficer), (.hold, .dataProtectionOfficer),
      (.restrict, .dataProtectionOfficer), (.erase, .dataProtectionOfficer):
      existing
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
      (.giveFeedback, .counsellor), (.giveFeedback, .admin),
      (.readHolds, .customer), (.readHolds, .counsellor), (.readHolds, .admin), (.hold, .customer),
      (.hold, .counsellor), (.hold, .admin), (.restrict, .customer), (.restrict, .counsellor), (.restrict, .admin),
      (.erase, .customer), (.erase, .counsellor), (.erase, .admin):
      []
    case (.readContent, .dataProtectionOfficer), (.write, .dataProtectionOfficer), (.rename, .dataProtectionOfficer),
      (.invite, .dataProtectionOfficer), (.enter, .dataProtectionOfficer), (.download, .dataProtectionOfficer),
      (.close, .dataProtectionOfficer), (.reactivate, .dataProtectionOfficer), (.archive, .dataProtectionOfficer),
      (.giveFeedback, .dataProtectionOfficer), (.readAccessLog, .dataProtectionOfficer):
      []
    }
  }

  /// What remains possible while a space is restricted (GDPR 18): customers read and download, and the data protection
  /// officer decides on everything but erasure.
  static let underRestriction: Set<Action> = [
    .read, .readTimeline, .readContent, .readJournal, .readAccessLog, .enter, .download, .readHolds, .hold, .restrict,
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
