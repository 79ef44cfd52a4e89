import Lifecycle

/// What a notice says, with the dates it names: last local days, never instants.
enum NoticeMessage: Hashable, Sendable {
  /// The space closes unless the customer comes.
  case closingSoon(lastDay: CivilDate)
  /// It is closed, and can be reactivated until then.
  case closed(lastDay: CivilDate)
  /// Nothing can be written soon.
  case sealingSoon(lastDay: CivilDate)
  /// Nothing can be written any more; archived after then.
  case sealed(lastDay: CivilDate)
  /// It is archived soon; `canReactivate` while a counsellor still may on that day.
  case archivingSoon(lastDay: CivilDate, canReactivate: Bool)
  /// Only the customer sees it, until then; nil while a restriction keeps it.
  case archived(lastDay: CivilDate?)
  /// The same, sooner than its time.
  case archivedEarly(lastDay: CivilDate?, counsellorGone: Bool)
  /// The content goes after then.
  case erasureSoon(lastDay: CivilDate)
  /// The content is gone.
  case erased(on: CivilDate)
  /// Come in; with a code for who has no personal identity code.
  case invitation(InvitationPass?)
  /// Somebody wrote.
  case newMessage
  /// There is another counsellor.
  case transferred
  /// A second professional is proposed.
  case colleagueProposed

  /// A code to come in with, and the last day that is wholly within its time.
  struct InvitationPass: Hashable, Sendable {
    let code: String
    let lastDay: CivilDate
  }

  /// What a rule of the policy says about a living space; nil when there is nothing true to say.
  init?(_ rule: NoticeRule, _ space: Space, counsellorGone: Bool) {
    let (timeline, days) = (space.timeline, space.timeline.lastDays)
    switch (rule.boundary, rule.daysBefore > 0) {
    case (.closing, true): self = .closingSoon(lastDay: days.active)
    case (.closing, false): self = .closed(lastDay: days.reactivatable)
    case (.sealing, true): self = .sealingSoon(lastDay: days.reactivatable)
    case (.sealing, false): self = .sealed(lastDay: days.sealed)
    case (.archiving, true):
      self = .archivingSoon(lastDay: days.sealed, canReactivate: timeline.sealsAt == timeline.archivesAt)
    case (.archiving, false):
      self =
        space.life.archivedEarlyAt == timeline.archivesAt
        ? .archivedEarly(lastDay: days.archived, counsellorGone: counsellorGone) : .archived(lastDay: days.archived)
    case (.erasing, true):
      guard let last = days.archived else { return nil }
      self = .erasureSoon(lastDay: last)
    case (.erasing, false): return nil
    }
  }
}
