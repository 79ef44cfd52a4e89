import Foundation
import Lifecycle

/// Days and months as Foundation counts them: the second opinion on everything the module counts itself.
struct NaiveCalendar {
  private var calendar = Calendar(identifier: .gregorian)

  init(_ zoneName: String = "Europe/Helsinki") {
    guard let zone = TimeZone(identifier: zoneName) else { fatalError(zoneName) }
    calendar.timeZone = zone
  }

  func date(of instant: Instant) -> CivilDate {
    civil(Date(timeIntervalSince1970: (Double(instant.microseconds) / 1e6).rounded(.down)))
  }

  func startOfDay(_ day: CivilDate) -> Instant {
    Instant(microseconds: Int64(calendar.startOfDay(for: noon(day)).timeIntervalSince1970.rounded()) * 1_000_000)
  }

  func startOfNextDay(_ day: CivilDate) -> Instant { startOfDay(adding(Calendar.Component.day, 1, to: day)) }

  func adding(_ period: Period, to day: CivilDate) -> CivilDate {
    adding(.day, period.days, to: adding(.month, period.months, to: day))
  }

  private func adding(_ unit: Calendar.Component, _ count: Int, to day: CivilDate) -> CivilDate {
    calendar.date(byAdding: unit, value: count, to: noon(day)).map(civil) ?? .max
  }

  private func noon(_ day: CivilDate) -> Date {
    let parts = DateComponents(year: day.year, month: day.month, day: day.day, hour: 12)
    return calendar.date(from: parts) ?? .distantPast
  }

  private func civil(_ date: Date) -> CivilDate {
    let parts = calendar.dateComponents([.year, .month, .day], from: date)
    return CivilDate(year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0) ?? .min
  }
}
