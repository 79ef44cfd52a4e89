package import Guidance
package import Lifecycle

/// A forecast as bars: one a day, or one a week where there would be too many.
package struct ForecastBars {
  /// What begins on `first`.
  package struct Bar {
    /// The day, or the week's Monday.
    package let first: CivilDate
    /// Spaces by the state that they enter.
    package var counts: [State: Int] = [:]

    /// Of all states.
    package var total: Int { counts.values.reduce(0, +) }
  }

  /// The states that are entered, in their order.
  package static let states: [State] = [.reactivatable, .closed, .archived, .erased]

  /// In the order of time; a day or week without a crossing has none.
  package let bars: [Bar]
  /// Days that a bar stands for: 1 or 7.
  package let width: Int

  /// Gathers a forecast.
  ///
  /// - Parameter limit: beyond so many bars days are put together to weeks.
  package init(_ days: [ForecastDay], limit: Int = 60) {
    let width = Set(days.map(\.day)).count > limit ? 7 : 1
    var bars: [CivilDate: Bar] = [:]
    for day in days {
      let first = width == 1 ? day.day : Self.monday(of: day.day)
      bars[first, default: Bar(first: first)].counts[day.state, default: 0] += day.spaces
    }
    self.width = width
    self.bars = bars.values.sorted { $0.first < $1.first }
  }

  /// 1970-01-01 was a Thursday.
  private static func monday(of day: CivilDate) -> CivilDate {
    let weekday = ((day.daysSince1970 + 3) % 7 + 7) % 7
    return day.adding(days: -weekday)
  }
}
