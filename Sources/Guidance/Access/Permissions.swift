public import Lifecycle

/// Who may do what to a space, in which state: the one place that says so.
///
/// Row-level security hides what a role does not see; this table decides the rest. What is not listed is refused. Staff
/// are nothing to a space without a confidentiality commitment that stands, and with rights that have lapsed.
///
/// | action | customer | counsellor | admin | officer (DPO) |
/// | --- | --- | --- | --- | --- |
/// | read, readTimeline | while it exists | until archived | until archived (envelope) | while it exists (envelope) |
/// | readJournal | while it exists | until archived | never | while it exists |
/// | readContent | while it exists | until archived | never | never |
/// | write, markRead | active, reactivatable | active, reactivatable | never | never |
/// | rename, invite | never | active, reactivatable | never | never |
/// | consent | active, reactivatable | never | never | never |
/// | endPlace | while it exists | active, reactivatable | never | never |
/// | enter, download, readAccessLog | while it exists | never | never | never |
/// | close | never | active | active | never |
/// | reactivate | never | reactivatable | never | never |
/// | archive, transfer | never | never | active, reactivatable, closed | never |
/// | giveFeedback | from closing on | never | never | never |
/// | readHolds, hold, restrict, erase | never | never | never | while it exists |
///
/// A counsellor is the space's own or a second professional whom its customers have accepted: they may do the same.
/// Nobody else is anything to a space: not a colleague on the same staff, a professional who is only proposed, an adviser,
/// a supervisor or an operator. The scheduler carries out what time brings, and can't read content.
public enum Permissions {
  private static let open: [State] = [.active, .reactivatable]
  private static let unarchived: [State] = [.active, .reactivatable, .closed]
  private static let existing: [State] = [.active, .reactivatable, .closed, .archived]

  /// The states in which the role may do it; empty when it may in none.
  public static func states(_ role: SpaceRole, _ action: Action) -> [State] {
    switch role {
    case .customer: customer(action)
    case .counsellor: counsellor(action)
    case .admin: admin(action)
    case .dataProtectionOfficer: officer(action)
    }
  }

  private static func customer(_ action: Action) -> [State] {
    switch action {
    case .read, .readTimeline, .readContent, .readJournal, .readAccessLog, .enter, .download, .endPlace: existing
    case .write, .markRead, .consent: open
    case .giveFeedback: [.reactivatable, .closed, .archived]
    case .rename, .invite, .close, .reactivate, .archive, .transfer, .readHolds, .hold, .restrict, .erase: []
    }
  }

  private static func counsellor(_ action: Action) -> [State] {
    switch action {
    case .read, .readTimeline, .readContent, .readJournal: unarchived
    case .write, .markRead, .rename, .invite, .endPlace: open
    case .close: [.active]
    case .reactivate: [.reactivatable]
    case .readAccessLog, .enter, .download, .consent, .archive, .transfer, .giveFeedback, .readHolds, .hold, .restrict,
      .erase:
      []
    }
  }

  private static func admin(_ action: Action) -> [State] {
    switch action {
    case .read, .readTimeline, .archive, .transfer: unarchived
    case .close: [.active]
    case .readContent, .readJournal, .readAccessLog, .write, .markRead, .rename, .enter, .invite, .consent, .endPlace,
      .reactivate, .download, .giveFeedback, .readHolds, .hold, .restrict, .erase:
      []
    }
  }

  private static func officer(_ action: Action) -> [State] {
    switch action {
    case .read, .readTimeline, .readJournal, .readHolds, .hold, .restrict, .erase: existing
    case .readContent, .readAccessLog, .write, .markRead, .rename, .enter, .invite, .consent, .endPlace, .close,
      .reactivate, .archive, .transfer, .download, .giveFeedback:
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
