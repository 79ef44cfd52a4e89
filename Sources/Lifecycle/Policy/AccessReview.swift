/// When rights of staff end that nobody uses, and how long confidentiality commitments stand.
public struct AccessReview: Hashable, Sendable {
  /// Rights that were neither used nor confirmed for so long stand on the admins' list.
  public let interval: Period
  /// So long they stand on it; then they end by themselves.
  public let grace: Period
  /// How long a commitment stands that names no last day; nil: for good.
  public let commitment: Period?
  /// The text and place of the rule.
  public let source: String

  /// Rules, not checked.
  public init(interval: Period, grace: Period, commitment: Period? = nil, source: String) {
    self.interval = interval
    self.grace = grace
    self.commitment = commitment
    self.source = source
  }

  /// Until when rights are not listed that were last used or confirmed on a day.
  public func listed(after day: CivilDate, zone: CivilZone) -> Deadline {
    zone.deadline(from: day, period: interval)
  }

  /// When such rights end by themselves.
  public func ended(after day: CivilDate, zone: CivilZone) -> Deadline {
    zone.deadline(from: listed(after: day, zone: zone).lastDay, period: grace)
  }

  /// The last day of use or confirmation whose rights have ended by now.
  public func lapsedThrough(at now: Instant, zone: CivilZone) -> CivilDate {
    day(before: now, fewestDays: interval.fewestDays + grace.fewestDays, zone: zone) { ended(after: $0, zone: zone) }
  }

  /// The last day of use or confirmation whose rights are listed by now.
  public func listedThrough(at now: Instant, zone: CivilZone) -> CivilDate {
    day(before: now, fewestDays: interval.fewestDays, zone: zone) { listed(after: $0, zone: zone) }
  }

  /// Deadlines never decrease from one day to the next: the first found going back is the last there is.
  private func day(
    before now: Instant, fewestDays: Int, zone: CivilZone, _ deadline: (CivilDate) -> Deadline
  ) -> CivilDate {
    var day = zone.date(of: now).adding(days: -fewestDays)
    while day > .min, deadline(day).boundary > now { day = day.adding(days: -1) }
    return day
  }
}
