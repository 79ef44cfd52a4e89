import ArgumentParser
import Console
import Foundation
import Guidance

/// Draws how many spaces will cross when.
struct Forecast: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how many spaces will enter which state when, as the timelines stand now.")

  @OptionGroup var options: InstallationOptions

  @Option(help: "Days to look ahead, 1 to 3660.")
  var days = 600

  @Option(help: "Also write the chart to this file, as SVG.")
  var svg: String?

  func validate() throws {
    guard (1...3660).contains(days) else { throw ValidationError("--days is 1 to 3660") }
  }

  func run() async throws {
    try await Installation.with(options) { installation in
      let bars = ForecastBars(try await installation.store.forecast(days: days))
      for line in ForecastChart(bars: bars, columns: 60).lines { print(line) }
      for held in try await installation.store.heldErasures() { print(held) }
      if let svg { try Data(ForecastSVG(bars: bars).text.utf8).write(to: URL(filePath: svg), options: .atomic) }
    }
  }
}
