/// The rule of a POSIX TZ text, such as `EET-2EEST,M3.5.0/3,M10.5.0/4`.
struct PosixRule {
  /// A day of a year, given by number or by weekday.
  enum Day {
    /// 1 to 365; 29 February is never counted.
    case julian(Int)
    /// 0 to 365; 29 February is counted.
    case ordinal(Int)
    /// Weekday 0 (Sunday) to 6, the week 1 to 5 (the last) of a month.
    case weekday(Int, week: Int, month: Int)

    /// Days since 1970 in a year.
    func days(in year: Int) -> Int {
      switch self {
      case .julian(let number):
        let leap = CivilDate.daysIn(month: 2, of: year) == 29
        return CivilDate.days(year, 1, 1) + number - 1 + (leap && number >= 60 ? 1 : 0)
      case .ordinal(let number):
        return CivilDate.days(year, 1, 1) + number
      case .weekday(let weekday, let week, let month):
        let first = CivilDate.days(year, month, 1)
        // 1970-01-01 was a Thursday.
        let firstWeekday = (first + 4).flooredDivision(by: 7).remainder
        let day = (weekday - firstWeekday + 7) % 7 + 7 * (week - 1)
        return first + (day < CivilDate.daysIn(month: month, of: year) ? day : day - 7)
      }
    }
  }

  /// When one of the two times begins: a day and seconds from its midnight, by the clock in force before.
  struct Change {
    let day: Day
    let time: Int
  }

  /// Seconds east of UTC in winter.
  let standardOffset: Int
  /// Seconds east of UTC in summer, and when it begins and ends.
  let summer: (offset: Int, begins: Change, ends: Change)?

  /// The changes of a year, seconds since 1970 and seconds east of UTC.
  func changes(in year: Int) -> [(at: Int64, offset: Int)] {
    guard let summer else { return [] }
    let begins = summer.begins.day.days(in: year) * 86_400 + summer.begins.time - standardOffset
    let ends = summer.ends.day.days(in: year) * 86_400 + summer.ends.time - summer.offset
    return [(Int64(begins), summer.offset), (Int64(ends), standardOffset)]
  }
}
