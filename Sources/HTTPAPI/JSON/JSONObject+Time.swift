public import Lifecycle

/// Instants and days of the domain.
extension JSONObject {
  /// A required day, `YYYY-MM-DD`.
  public mutating func day(_ name: String) throws(InvalidMember) -> CivilDate {
    try required(name).parsed(Self.dayRule, length: 10, Self.parseDay)
  }

  /// A day that may be left out.
  public mutating func optionalDay(_ name: String) throws(InvalidMember) -> CivilDate? {
    try optional(name)?.parsed(Self.dayRule, length: 10, Self.parseDay)
  }

  /// A required instant in RFC 3339.
  public mutating func instant(_ name: String) throws(InvalidMember) -> Instant {
    try required(name).parsed(Self.instantRule, length: 40) { try? Instant(rfc3339: $0) }
  }

  /// An instant that may be left out.
  public mutating func optionalInstant(_ name: String) throws(InvalidMember) -> Instant? {
    try optional(name)?.parsed(Self.instantRule, length: 40) { try? Instant(rfc3339: $0) }
  }

  private static let dayRule = "Must be a day as YYYY-MM-DD."
  private static let instantRule = "Must be an instant in RFC 3339, such as 2027-03-01T00:00:00Z."

  private static func parseDay(_ text: String) -> CivilDate? {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard text.utf8.count == 10, parts.map(\.count) == [4, 2, 2] else { return nil }
    let digits = parts.joined().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let numbers = text.split(separator: "-").compactMap { Int($0) }
    return digits && numbers.count == 3 ? CivilDate(year: numbers[0], month: numbers[1], day: numbers[2]) : nil
  }
}
