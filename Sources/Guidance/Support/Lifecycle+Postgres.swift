public import Lifecycle
public import Postgres

// The pure core knows no database: here its values learn to travel.

extension Instant: PostgresRepresentable {
  /// The microseconds that travel.
  public var postgresValue: Timestamp { Timestamp(microseconds: microseconds) }

  /// An instant from the database.
  public init(postgresValue: Timestamp) {
    self.init(microseconds: postgresValue.microseconds)
  }
}

extension CivilDate: PostgresRepresentable {
  /// The days that travel.
  public var postgresValue: Day { Day(daysSince1970: daysSince1970) }

  /// A date from the database.
  public init(postgresValue: Day) {
    self.init(daysSince1970: postgresValue.daysSince1970)
  }
}

extension AnchorKind: PostgresRepresentable {}
