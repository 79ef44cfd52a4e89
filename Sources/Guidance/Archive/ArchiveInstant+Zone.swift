import ArchiveFormat
import Lifecycle

extension ArchiveInstant {
  /// An instant in UTC and on the local clock.
  init(_ instant: Instant, zone: CivilZone) {
    self.init(utc: instant.description, local: CivilTime(instant, zone: zone))
  }
}

extension CivilTime {
  /// What a local clock shows at an instant.
  init(_ instant: Instant, zone: CivilZone) {
    let local = instant.microseconds / 1_000_000 + Int64(zone.offset(at: instant))
    let (days, seconds) = local.quotientAndRemainder(dividingBy: 86_400)
    let date = CivilDate(daysSince1970: Int(seconds < 0 ? days - 1 : days))
    let second = Int(seconds < 0 ? seconds + 86_400 : seconds)
    self.init(CivilDay(date), hour: second / 3600, minute: second / 60 % 60, second: second % 60)
  }
}

extension CivilDay {
  init(_ date: CivilDate) {
    let (year, month, day) = date.components
    self.init(year: year, month: month, day: day)
  }
}

extension ArchivedRole {
  init(_ role: SpaceRole) {
    switch role {
    case .customer: self = .customer
    case .counsellor, .admin, .dataProtectionOfficer: self = .counsellor
    }
  }
}
