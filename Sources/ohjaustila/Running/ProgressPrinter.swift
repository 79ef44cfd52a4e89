import Console
import Foundation
import Guidance
import Synchronization

/// Shows how far a long command is, on standard error: a bar on a terminal, elsewhere a line every ten percent.
final class ProgressPrinter: Sendable {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  /// The last tenth that was printed.
  private let printed = Mutex(0)

  func show(_ progress: PolicyProgress) {
    let line = ProgressLine(done: progress.done, total: progress.total)
    guard !isTerminal else { return write("\r\(line.bar(columns: 40))") }
    let isNews = printed.withLock { tenth in
      defer { tenth = max(tenth, line.percent / 10) }
      return line.percent / 10 > tenth
    }
    if isNews { write("\(progress.done) of \(progress.total) spaces\n") }
  }

  /// Leaves the bar's line.
  func end() {
    if isTerminal { write("\n") }
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
