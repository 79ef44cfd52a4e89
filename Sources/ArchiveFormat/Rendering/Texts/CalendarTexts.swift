/// Days, times and sizes as people write them in Finland, in each language.
struct CalendarTexts: Sendable {
  let language: ArchiveLanguage

  /// For example `1.3.2026`, `1 March 2026`.
  func day(_ day: CivilDay) -> String {
    switch language {
    case .fi, .sv: "\(day.day).\(day.month).\(day.year)"
    case .en: "\(day.day) \(Self.monthsEN[day.month - 1]) \(day.year)"
    }
  }

  /// For example `sunnuntai 1. maaliskuuta 2026`.
  func longDay(_ day: CivilDay) -> String {
    let weekday = weekdays[Self.weekday(of: day)]
    return switch language {
    case .fi: "\(weekday) \(day.day). \(Self.monthsFI[day.month - 1])kuuta \(day.year)"
    case .sv: "\(weekday) \(day.day) \(Self.monthsSV[day.month - 1]) \(day.year)"
    case .en: "\(weekday) \(day.day) \(Self.monthsEN[day.month - 1]) \(day.year)"
    }
  }

  /// For example `12.15`, `12:15`.
  func clock(_ time: CivilTime) -> String {
    let minute = CivilDay.padded(time.minute, 2)
    return switch language {
    case .fi, .sv: "\(time.hour).\(minute)"
    case .en: "\(CivilDay.padded(time.hour, 2)):\(minute)"
    }
  }

  /// For example `1.3.2026 klo 12.15`.
  func moment(_ time: CivilTime) -> String {
    switch language {
    case .fi: "\(day(time.date)) klo \(clock(time))"
    case .sv: "\(day(time.date)) kl. \(clock(time))"
    case .en: "\(day(time.date)), \(clock(time))"
    }
  }

  /// 0 is Monday; Sakamoto's method for the Gregorian calendar.
  static func weekday(of day: CivilDay) -> Int {
    let shifts = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]
    let year = day.month < 3 ? day.year - 1 : day.year
    return (year + year / 4 - year / 100 + year / 400 + shifts[day.month - 1] + day.day + 6) % 7
  }

  private var weekdays: [String] {
    switch language {
    case .fi: ["maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai"]
    case .sv: ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"]
    case .en: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    }
  }

  private static let monthsFI = [
    "tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu",
  ]
  private static let monthsSV = [
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
    "december",
  ]
  private static let monthsEN = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
}
