/// How far a long command is, as one line that is drawn over and over.
package struct ProgressLine {
  private let done: Int
  private let total: Int

  /// - Parameters:
  ///   - done: so many, at most `total`.
  ///   - total: of so many.
  package init(done: Int, total: Int) {
    self.done = min(done, total)
    self.total = total
  }

  /// The whole percent that is done; what is not all is not a hundred.
  package var percent: Int { total == 0 ? 100 : done * 100 / total }

  /// A bar of so many columns with the percent and the numbers.
  package func bar(columns: Int) -> String {
    let filled = total == 0 ? columns : done * columns / total
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: columns - filled)
    return "\(bar) \(percent) % (\(done) of \(total))"
  }
}
