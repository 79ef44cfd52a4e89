import Synchronization

/// How long operations take, in histograms that an atomic increment keeps: for metrics.
public final class RequestDurations: Sendable {
  /// Upper bounds in seconds; what takes longer is counted in none.
  public static let bounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  /// One operation's requests of one class of statuses.
  public struct Key: Hashable, Sendable {
    /// The endpoint's; `none` where no route matched.
    public let operation: String
    /// The status's first digit.
    public let statusClass: Int
  }

  final class Histogram: Sendable {
    let buckets: [AtomicCount]
    let count = AtomicCount()
    let microseconds = AtomicCount()

    init() {
      buckets = RequestDurations.bounds.map { _ in AtomicCount() }
    }
  }

  private let histograms: [Key: Histogram]

  /// Histograms of these operations, and of what matches none.
  init(_ operations: [String]) {
    var histograms: [Key: Histogram] = [:]
    for operation in Set(operations + [Self.none]) {
      for statusClass in 1...5 {
        histograms[Key(operation: operation, statusClass: statusClass)] = Histogram()
      }
    }
    self.histograms = histograms
  }

  static let none = "none"

  /// Counts a request. The answer's head is ready; a streamed body may still be sent.
  func add(_ duration: Duration, status: Int, of operation: String?) {
    guard let histogram = histograms[Key(operation: operation ?? Self.none, statusClass: status / 100)] else { return }
    let (seconds, attoseconds) = duration.components
    let exact = Double(seconds) + Double(attoseconds) / 1e18
    if let index = Self.bounds.firstIndex(where: { exact <= $0 }) { histogram.buckets[index].add(1) }
    histogram.count.add(1)
    histogram.microseconds.add(Int(exact * 1e6))
  }

  /// Those that have counted something, in the order of their names.
  var used: [(key: Key, histogram: Histogram)] {
    histograms.filter { $0.value.count.value > 0 }.map { ($0.key, $0.value) }
      .sorted { ($0.0.operation, $0.0.statusClass) < ($1.0.operation, $1.0.statusClass) }
  }
}

/// A number that many change at once.
final class AtomicCount: Sendable {
  private let number = Atomic<Int>(0)

  var value: Int { number.load(ordering: .relaxed) }

  func add(_ amount: Int) { number.add(amount, ordering: .relaxed) }
}
