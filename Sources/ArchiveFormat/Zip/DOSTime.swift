/// MS-DOS date and time, as in a ZIP header (APPNOTE.TXT 4.4.6): local, two-second steps, 1980–2107.
struct DOSTime {
  let date: UInt16
  let time: UInt16

  init(_ civil: CivilTime) {
    let day = civil.date
    guard day.year >= 1980 else {
      (date, time) = (1 << 5 | 1, 0)
      return
    }
    guard day.year <= 2107 else {
      (date, time) = (127 << 9 | 12 << 5 | 31, 23 << 11 | 59 << 5 | 29)
      return
    }
    date = UInt16(day.year - 1980) << 9 | UInt16(day.month) << 5 | UInt16(day.day)
    time = UInt16(civil.hour) << 11 | UInt16(civil.minute) << 5 | UInt16(civil.second / 2)
  }
}
