import Foundation
import Lifecycle
import Testing

@testable import Console
@testable import Guidance

/// The forecast as text and as a picture.
@Suite struct ForecastDrawingTests {
  private func forecast(_ lines: [(String, State, Int)]) throws -> [ForecastDay] {
    try lines.map { ForecastDay(day: try Samples.day($0.0), register: "ohjaustila", state: $0.1, spaces: $0.2) }
  }

  @Test func aBarADay() throws {
    let bars = ForecastBars(
      try forecast([("2026-06-02", .reactivatable, 3), ("2026-06-02", .erased, 1), ("2026-06-05", .archived, 2)]))
    #expect(bars.width == 1)
    #expect(bars.bars.map(\.first) == [try Samples.day("2026-06-02"), try Samples.day("2026-06-05")])
    #expect(bars.bars.map(\.counts) == [[.reactivatable: 3, .erased: 1], [.archived: 2]])
  }

  /// Registers that cross on one day are one bar.
  @Test func registersAddUp() throws {
    let day = try Samples.day("2026-06-02")
    let lines = ["a", "b"].map { ForecastDay(day: day, register: $0, state: .erased, spaces: 2) }
    #expect(ForecastBars(lines).bars.map(\.total) == [4])
  }

  /// Too many days become weeks that begin on Mondays, also over the end of a year and before 1970.
  @Test func aBarAWeek() throws {
    let days = try forecast([("2026-12-28", .erased, 1), ("2027-01-03", .erased, 2), ("2027-01-04", .archived, 4)])
    let bars = ForecastBars(days, limit: 2)
    #expect(bars.width == 7)
    #expect(bars.bars.map(\.first) == [try Samples.day("2026-12-28"), try Samples.day("2027-01-04")])
    #expect(bars.bars.map(\.total) == [3, 4])
    let early = ForecastBars(try forecast([("1969-12-31", .erased, 1), ("1970-01-01", .erased, 1)]), limit: 1)
    #expect(early.bars.map(\.first) == [try Samples.day("1969-12-29")])
    // As many days as bars are allowed stay days.
    #expect(ForecastBars(days, limit: 3).width == 1)
  }

  @Test func theChartDrawsInProportion() throws {
    let bars = ForecastBars(
      try forecast([("2026-06-02", .reactivatable, 40), ("2026-06-02", .erased, 10), ("2026-06-03", .archived, 1)]))
    let lines = ForecastChart(bars: bars, columns: 50).lines
    #expect(lines.count == 3 && lines[0].hasPrefix("day ") && lines[0].contains("█ erased"))
    #expect(lines[1] == "2026-06-02      50  " + String(repeating: "░", count: 40) + String(repeating: "█", count: 10))
    #expect(lines[2] == "2026-06-03       1  ▓")
    // What there is at all shows.
    let faint = ForecastBars(try forecast([("2026-06-02", .erased, 1), ("2026-06-03", .erased, 100_000)]))
    #expect(ForecastChart(bars: faint, columns: 60).lines[1].hasSuffix("  █"))
    #expect(ForecastChart(bars: ForecastBars([]), columns: 60).lines == ["Nothing crosses in this time."])
  }

  /// Stacks stand on the axis, each as high as its numbers, none above the top, and the document is whole.
  @Test func thePictureIsInScale() throws {
    let bars = ForecastBars(
      try forecast([("2026-06-02", .reactivatable, 30), ("2026-06-02", .erased, 10), ("2026-06-03", .archived, 20)]))
    let text = ForecastSVG(bars: bars).text
    let stacks = text.matches(
      of: /<rect x="(\d+)" y="(\d+)" width="11" height="(\d+)" fill="[^"]+"><title>([^<]+)<\/title><\/rect>/)
    #expect(
      stacks.map { String($0.4) }
        == ["2026-06-02: reactivatable 30", "2026-06-02: erased 10", "2026-06-03: archived 20"])
    #expect(stacks.compactMap { Int($0.3) } == [180, 60, 120])
    #expect(stacks.compactMap { Int($0.2) } == [110, 50, 170], "the tallest stack ends at the top")
    #expect(stacks[0].1 == stacks[1].1 && stacks[1].1 != stacks[2].1)
    #expect(try Self.elements(text) == 1 + 1 + 1 + 8 + 6 + 3 * 2 + 2)
    #expect(text.contains(">40</text>") && text.contains(">20</text>") && text.contains(">0</text>"))
    #expect(try Self.elements(ForecastSVG(bars: ForecastBars([])).text) == 17)
  }

  /// With many bars not each says its day.
  @Test func daysAreNamedWhereThereIsRoom() throws {
    for (count, named) in [(20, 20), (21, 6)] {
      let days = (0..<count).map {
        ForecastDay(
          day: CivilDate(daysSince1970: 20_000 + $0), register: "ohjaustila", state: .erased, spaces: 1)
      }
      let text = ForecastSVG(bars: ForecastBars(days)).text
      #expect(text.matches(of: /rotate\(45/).count == named)
    }
  }

  private struct Unbalanced: Error {}

  /// The number of elements of a well-formed document.
  private static func elements(_ text: String) throws -> Int {
    var open: [Substring] = []
    var count = 0
    for tag in text.matches(of: /<(\/?)([a-z]+)(?:\s+[a-zA-Z0-9-]+="[^"<]*")*\s*(\/?)>/) {
      if !tag.1.isEmpty {
        guard open.popLast() == tag.2 else { throw Unbalanced() }
      } else {
        count += 1
        if tag.3.isEmpty { open.append(tag.2) }
      }
    }
    let rest = text.replacing(/<[^<>]*>/, with: "")
    guard open.isEmpty, !rest.contains("<"), !rest.contains(">"), !rest.contains("&") else { throw Unbalanced() }
    return count
  }
}
