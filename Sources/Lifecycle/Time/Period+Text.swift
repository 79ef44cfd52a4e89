extension Period: CustomStringConvertible, LosslessStringConvertible {
  /// ISO 8601 in months and days: `P3M`, `P12M`, `P180D`, `P1M2D`, `P0D`.
  public var description: String {
    guard !isZero else { return "P0D" }
    return "P" + (months > 0 ? "\(months)M" : "") + (days > 0 ? "\(days)D" : "")
  }

  /// The period of an ISO 8601 text, or nil; `init(iso8601:)` says what is wrong.
  public init?(_ description: String) {
    guard let period = try? Period(iso8601: description) else { return nil }
    self = period
  }

  /// Reads `P`, then years, months, weeks and days, each at most once and in this order, at least one: `P3M`, `P1Y`,
  /// `P180D`, `P0D`, `P1Y6M`, `P2W`. A year is twelve months, a week seven days. Refused: signs, fractions, a time part.
  public init(iso8601 text: String) throws(TimeTextError) {
    var scanner = TextScanner(text, subject: .period)
    try scanner.expect("P")
    let period = try scanner.periodParts()
    guard let period else { throw scanner.failure("expected a number of years, months, weeks or days") }
    try scanner.expectEnd()
    self = period
  }
}

extension TextScanner {
  /// The parts after the P, or nil when there is none.
  mutating func periodParts() throws(TimeTextError) -> Period? {
    let parts = try unitParts(["Y", "M", "W", "D"])
    guard !parts.isEmpty else { return nil }
    let months = parts["Y", default: 0] * 12 + parts["M", default: 0]
    let days = parts["W", default: 0] * 7 + parts["D", default: 0]
    guard let period = Period(months: months, days: days) else { throw failure("that is over a thousand years") }
    return period
  }

  /// Numbers with their units, in the order of `units`, each at most once.
  mutating func unitParts(_ units: [Unicode.Scalar]) throws(TimeTextError) -> [Unicode.Scalar: Int] {
    var rest = units[...]
    var parts: [Unicode.Scalar: Int] = [:]
    while case let digits = takeDigits(), !digits.isEmpty {
      guard digits.count <= 9 else { throw failure("the number has more than nine digits") }
      guard let index = rest.firstIndex(where: { accept($0) }) else {
        throw failure("expected one of \(units.map { String($0) }.joined(separator: ", ")), in this order")
      }
      parts[rest[index]] = digits.reduce(0) { $0 * 10 + $1 }
      rest = rest[(index + 1)...]
    }
    return parts
  }
}
