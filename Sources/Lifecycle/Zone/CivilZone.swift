/// A time zone as a value: its name and the table of its distances from UTC, complete through the year 2200.
///
/// After 2200 the last distance stands. A look-up is a binary search in a few hundred entries.
public struct CivilZone: Hashable, Sendable {
  /// The last year whose summer and winter time are in the table.
  public static let lastYear = 2200

  /// The zone's name, such as `Europe/Helsinki`.
  public let name: String

  /// Seconds since 1970 at which each distance begins; the first is the beginning of time.
  private let starts: [Int64]
  /// Seconds east of UTC from the start with the same index.
  private let offsets: [Int]

  /// Coordinated universal time.
  public static let utc = CivilZone(name: "UTC", initialOffset: 0, changes: [])

  /// A zone of changes in ascending order (seconds since 1970, seconds east of UTC); those that change nothing drop out.
  init(name: String, initialOffset: Int, changes: [(at: Int64, offset: Int)]) {
    var starts = [Int64.min]
    var offsets = [initialOffset]
    for change in changes where change.offset != offsets[offsets.count - 1] {
      starts.append(change.at)
      offsets.append(change.offset)
    }
    self.name = name
    self.starts = starts
    self.offsets = offsets
  }

  /// Seconds east of UTC at a moment.
  public func offset(at instant: Instant) -> Int {
    offsets[index(at: instant.microseconds.flooredDivision(by: 1_000_000).quotient)]
  }

  /// The changes within the UTC years `first` through `last`, in order; to be compared with PostgreSQL's.
  public func transitions(from first: Int, through last: Int) -> [ZoneTransition] {
    starts.indices.dropFirst().map { index in
      let at = Instant(microseconds: starts[index] * 1_000_000)
      return ZoneTransition(at: at, offsetBefore: offsets[index - 1], offsetAfter: offsets[index])
    }.filter { (first...max(first, last)).contains(CivilZone.utc.date(of: $0.at).year) }
  }

  /// The index of the distance in force at a second.
  private func index(at second: Int64) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= second { low = middle } else { high = middle }
    }
    return low
  }
}

extension CivilZone {
  /// The local day of a moment; of the infinities the first and the last day there is.
  public func date(of instant: Instant) -> CivilDate {
    guard instant.isFinite else { return instant == .distantFuture ? .max : .min }
    let second = instant.microseconds.flooredDivision(by: 1_000_000).quotient
    let local = second + Int64(offsets[index(at: second)])
    return CivilDate(daysSince1970: Int(local.flooredDivision(by: 86_400).quotient))
  }

  /// The first moment from which the local date is `date` or later for good: local midnight, or the end of the gap when
  /// clocks jump over midnight. So a day that ends here has been whole, whatever clocks did.
  public func startOfDay(_ date: CivilDate) -> Instant {
    let second = second(reaching: Int64(date.daysSince1970) * 86_400)
    return Instant(microseconds: second * 1_000_000)
  }

  /// The first second from which the local clock, read as seconds since 1970, never shows less than `local` again.
  func second(reaching local: Int64) -> Int64 {
    // No distance from UTC reaches 26 hours (RFC 9636 §3.2).
    var index = index(at: local + 26 * 3600)
    while index > 0, starts[index] + Int64(offsets[index]) >= local { index -= 1 }
    let second = local - Int64(offsets[index])
    return index + 1 < starts.count ? min(second, starts[index + 1]) : second
  }
}
