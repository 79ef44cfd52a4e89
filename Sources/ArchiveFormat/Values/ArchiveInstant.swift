/// A moment as an archive shows it: for machines in UTC, for people as the clock in Helsinki showed it. The caller gives
/// both, because this module knows no time zone.
public struct ArchiveInstant: Sendable, Hashable {
  /// RFC 3339 in UTC, for example `2026-03-01T10:15:00Z`.
  public var utc: String
  /// The same moment in Europe/Helsinki.
  public var local: CivilTime

  /// Puts both forms of one moment together.
  public init(utc: String, local: CivilTime) {
    self.utc = utc
    self.local = local
  }
}
