package import Guidance
import Lifecycle

/// What a change of policy would do, as text.
package struct PreviewSheet {
  private let change: PolicyChange
  private let preview: PolicyPreview

  /// A sheet of one preview.
  package init(_ preview: PolicyPreview, of change: PolicyChange) {
    self.preview = preview
    self.change = change
  }

  /// The sheet, line by line.
  package var lines: [String] {
    ["\(change.next.register) → version \(change.next.version)"] + counts + moves
      + (preview.moves.isEmpty ? [] : [""] + histogram)
  }

  private var counts: [String] {
    var table = Table()
    for (version, spaces) in preview.governed.sorted(by: { $0.key < $1.key }) {
      table.row("under version \(version)", "\(spaces)")
    }
    table.row("unchanged", "\(preview.unchanged)")
    table.row("sooner", "\(preview.shortened)")
    table.row(
      "later", "\(preview.lengthened)", preview.lengthened == 0 ? "" : "(only as a data protection officer approved)")
    table.row("cross a boundary at once", "\(preview.dueAtOnce)")
    table.row("erased at once", "\(preview.erasedAtOnce)")
    for obstacle in PolicyObstacle.allCases {
      if let spaces = preview.refused[obstacle] { table.row("refused: \(obstacle.rawValue)", "\(spaces)") }
    }
    return table.lines
  }

  private var moves: [String] {
    guard !preview.moves.isEmpty else { return [] }
    var table = Table()
    table.row("boundary", "sooner", "later", "min", "median", "max (days)")
    for boundary in Boundary.allCases {
      guard let moves = preview.moves[boundary] else { continue }
      let days = [moves.minDays, moves.medianDays, moves.maxDays].map { $0.map(Self.signed) ?? "" }
      table.row(boundary.rawValue, "\(moves.sooner)", "\(moves.later)", days[0], days[1], days[2])
    }
    return [""] + table.lines
  }

  /// Spaces by how far each boundary moves.
  private var histogram: [String] {
    var table = Table()
    for boundary in Boundary.allCases {
      guard let moves = preview.moves[boundary] else { continue }
      let most = moves.histogram.map(\.spaces).max() ?? 1
      for bar in moves.histogram {
        let drawn = String(repeating: "█", count: max(1, bar.spaces * 40 / most))
        table.row(
          boundary.rawValue, "\(Self.signed(bar.days.lowerBound)) … \(Self.signed(bar.days.upperBound)) days",
          "\(bar.spaces)", drawn)
      }
    }
    return table.lines
  }

  private static func signed(_ days: Int) -> String { days > 0 ? "+\(days)" : "\(days)" }
}
