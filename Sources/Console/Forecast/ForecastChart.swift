import Lifecycle

/// A forecast drawn with characters, for a terminal.
package struct ForecastChart {
  private let bars: ForecastBars
  private let columns: Int

  /// - Parameter columns: for the longest bar.
  package init(bars: ForecastBars, columns: Int) {
    self.bars = bars
    self.columns = columns
  }

  private static let marks: [State: Character] = [.reactivatable: "░", .closed: "▒", .archived: "▓", .erased: "█"]

  /// A heading with the legend, and a line a bar.
  package var lines: [String] {
    guard !bars.bars.isEmpty else { return ["Nothing crosses in this time."] }
    let longest = bars.bars.map(\.total).max() ?? 1
    let title = bars.width == 1 ? "day       " : "week of   "
    return [title + "  spaces  " + legend] + bars.bars.map { line($0, longest: longest) }
  }

  private var legend: String {
    ForecastBars.states.map { "\(Self.marks[$0] ?? " ") \($0.rawValue)" }.joined(separator: "  ")
  }

  private func line(_ bar: ForecastBars.Bar, longest: Int) -> String {
    let total = String(bar.total)
    let padding = String(repeating: " ", count: max(0, 8 - total.count))
    let drawn = ForecastBars.states.map { state in
      let count = bar.counts[state] ?? 0
      // What there is at all shows at least as one mark.
      let length = count == 0 ? 0 : max(1, count * columns / longest)
      return String(repeating: Self.marks[state] ?? " ", count: length)
    }
    return "\(bar.first)\(padding)\(total)  \(drawn.joined())"
  }
}
