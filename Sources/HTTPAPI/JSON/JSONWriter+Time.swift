public import Lifecycle

/// Instants and days of the domain.
extension JSONWriter {
  /// Writes an instant; `null` for the infinities.
  public mutating func write(_ value: Instant) {
    write(microseconds: value.microseconds)
  }

  /// Writes a day as `"YYYY-MM-DD"`.
  public mutating func write(_ value: CivilDate) {
    let (year, month, day) = value.components
    write(year: year, month: month, day: day)
  }

  /// A member that is an instant, or `null` for none and for the infinities.
  public mutating func member(_ member: String, _ value: Instant?) {
    self.member(member, microseconds: value?.microseconds)
  }

  /// A member that is a day or `null`.
  public mutating func member(_ member: String, _ value: CivilDate?) {
    name(member)
    if let value { write(value) } else { writeNull() }
  }

  /// A member that is an instant, left out when there is none.
  public mutating func optional(_ member: String, _ value: Instant?) {
    optional(member, microseconds: value?.microseconds)
  }

  /// A member that is a day, left out when there is none.
  public mutating func optional(_ member: String, _ value: CivilDate?) {
    if let value { self.member(member, value) }
  }
}
