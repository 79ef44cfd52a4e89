import Lifecycle

/// A forecast as an SVG picture: stacked bars over time, readable without colour vision by their order and legend.
package struct ForecastSVG {
  private let bars: ForecastBars

  /// A picture of these bars.
  package init(bars: ForecastBars) {
    self.bars = bars
  }

  private static let colours: [State: String] = [
    .reactivatable: "#9ecae1", .closed: "#6baed6", .archived: "#3182bd", .erased: "#08306b",
  ]
  private static let (height, left, top, bottom) = (240, 60, 50, 60)
  private static let step = 14

  /// The whole document.
  package var text: String {
    let longest = max(1, bars.bars.map(\.total).max() ?? 1)
    let width = Self.left + max(40, bars.bars.count) * Self.step + 20
    let total = Self.top + Self.height + Self.bottom
    var lines = [
      #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(width) \#(total)" font-family="sans-serif" font-size="11">"#,
      "<title>Spaces that cross a boundary, by \(bars.width == 1 ? "day" : "week")</title>",
      #"<rect width="100%" height="100%" fill="white"/>"#,
    ]
    lines += legend + axis(longest, width: width)
    for (index, bar) in bars.bars.enumerated() { lines += stack(bar, at: index, longest: longest) }
    return (lines + ["</svg>", ""]).joined(separator: "\n")
  }

  private var legend: [String] {
    ForecastBars.states.enumerated().flatMap { index, state in
      let x = Self.left + index * 120
      return [
        #"<rect x="\#(x)" y="16" width="12" height="12" fill="\#(Self.colours[state] ?? "black")"/>"#,
        #"<text x="\#(x + 18)" y="26">\#(state.rawValue)</text>"#,
      ]
    }
  }

  private func axis(_ longest: Int, width: Int) -> [String] {
    [0, longest / 2, longest].map { value in
      let y = Self.top + Self.height - value * Self.height / longest
      return #"<line x1="\#(Self.left)" x2="\#(width - 10)" y1="\#(y)" y2="\#(y)" stroke="lightgrey"/>"#
        + #"<text x="\#(Self.left - 6)" y="\#(y + 4)" text-anchor="end">\#(value)</text>"#
    }
  }

  private func stack(_ bar: ForecastBars.Bar, at index: Int, longest: Int) -> [String] {
    let x = Self.left + 4 + index * Self.step
    var y = Self.top + Self.height
    var lines: [String] = []
    for state in ForecastBars.states {
      let height = (bar.counts[state] ?? 0) * Self.height / longest
      guard height > 0 else { continue }
      y -= height
      lines.append(
        #"<rect x="\#(x)" y="\#(y)" width="\#(Self.step - 3)" height="\#(height)" fill="\#(Self.colours[state] ?? "black")">"#
          + "<title>\(bar.first): \(state.rawValue) \(bar.counts[state] ?? 0)</title></rect>")
    }
    // Days without a crossing have no bar: where there is room, each bar says which day it is.
    guard bars.bars.count <= 20 || index.isMultiple(of: 4) else { return lines }
    let base = Self.top + Self.height + 12
    lines.append(
      #"<text x="\#(x + 4)" y="\#(base)" transform="rotate(45 \#(x + 4) \#(base))">\#(bar.first)</text>"#)
    return lines
  }
}
