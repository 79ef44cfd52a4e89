import Console
import Foundation
import Guidance
import Synchronization

/// Shows how far a long command is, on standard error: a bar on a terminal, elsewhere a line every ten percent.
final class ProgressPrinter: Sendable {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  /// The last tenth that was printed.
  private let printed = Mutex(0)

  /// What was last said beside the bar.
  private let said = Mutex("")

  func show(_ progress: PolicyProgress) {
    show(progress.done, of: progress.total, "spaces")
  }

  func show(_ progress: RotationProgress) {
    switch progress {
    case .rewrapped(let done, let total): show(done, of: total, "keys")
    case .activated(let id): say("\(id) wraps new keys from now on")
    case .copiesBehind(let id, let names): say("waiting for copies to have \(id): \(names.joined(separator: ", "))")
    case .copiesWrapOtherwise(let id, let names):
      say("waiting for copies to use \(id): \(names.joined(separator: ", "))")
    }
  }

  /// A line of its own, once.
  private func say(_ text: String) {
    let isNews = said.withLock { last in
      defer { last = text }
      return last != text
    }
    if isNews { write(isTerminal ? "\r\u{1B}[K\(text)\n" : "\(text)\n") }
  }

  private func show(_ done: Int, of total: Int, _ what: String) {
    let line = ProgressLine(done: done, total: total)
    guard !isTerminal else { return write("\r\(line.bar(columns: 40))") }
    let isNews = printed.withLock { tenth in
      defer { tenth = max(tenth, line.percent / 10) }
      return line.percent / 10 > tenth
    }
    if isNews { write("\(done) of \(total) \(what)\n") }
  }

  /// Leaves the bar's line.
  func end() {
    if isTerminal { write("\n") }
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
