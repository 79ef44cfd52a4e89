/// The end of a period counted from a day (Act 150/1930 §3): its last day, which is whole, and the moment after it.
public struct Deadline: Hashable, Sendable {
  /// The last local day within the period.
  public let lastDay: CivilDate
  /// The start of the local day after the last one.
  public let boundary: Instant
  /// Whether the month had no day with the same number, so that its last day was taken.
  public let clamped: Bool
}

extension CivilZone {
  /// The deadline `period` from `day`, the day itself not counted: P3M from 1 March ends with 1 June, and its boundary
  /// is the start of 2 June.
  public func deadline(from day: CivilDate, period: Period) -> Deadline {
    let (lastDay, clamped) = day.addingClamped(period)
    return Deadline(lastDay: lastDay, boundary: endOfDay(lastDay), clamped: clamped)
  }

  /// The start of the day after `date`.
  public func endOfDay(_ date: CivilDate) -> Instant { startOfDay(date.adding(days: 1)) }

  /// A moment moved by calendar time, the local time of day kept (a time that clocks jump over moves to the jump's end,
  /// one shown twice means the second), and then by elapsed time.
  public func instant(_ instant: Instant, advancedBy amount: AdvanceAmount) -> Instant {
    guard instant.isFinite else { return instant }
    guard !amount.period.isZero else { return instant + amount.time }
    let (second, fraction) = instant.microseconds.flooredDivision(by: 1_000_000)
    let timeOfDay = (second + Int64(offset(at: instant))).flooredDivision(by: 86_400).remainder
    let day = date(of: instant).adding(amount.period)
    let moved = self.second(reaching: Int64(day.daysSince1970) * 86_400 + timeOfDay)
    return Instant(microseconds: moved * 1_000_000 + fraction) + amount.time
  }
}
