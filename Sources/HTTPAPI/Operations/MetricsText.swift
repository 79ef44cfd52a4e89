/// Writes Prometheus' text format, version 0.0.4.
struct MetricsText {
  private(set) var text = ""
  private static let prefix = "ohjaustila_"

  /// Begins a metric; its samples follow.
  mutating func metric(_ name: String, _ type: String, _ help: String) {
    text += "# HELP \(Self.prefix)\(name) \(help)\n# TYPE \(Self.prefix)\(name) \(type)\n"
  }

  /// A sample. Labels are codes of ours, that need no escaping.
  mutating func sample(_ name: String, _ labels: [(String, String)], _ value: some LosslessStringConvertible) {
    let list = labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
    text += "\(Self.prefix)\(name)\(list.isEmpty ? "" : "{\(list)}") \(value)\n"
  }

  /// A metric of one sample.
  mutating func single(_ name: String, _ type: String, _ help: String, _ value: Int) {
    metric(name, type, help)
    sample(name, [], value)
  }
}
