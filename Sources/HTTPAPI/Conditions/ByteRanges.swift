/// What a `Range` field asks for, as far as it is of bytes (RFC 9110 §14.1.2).
struct ByteRanges: Equatable, Sendable {
  /// One range of a list; numbers beyond what 64 bits hold are the largest there is.
  enum Spec: Equatable, Sendable {
    /// From a first byte through a last, or to the end.
    case from(UInt64, through: UInt64?)
    /// So many bytes at the end.
    case suffix(UInt64)
  }

  let specs: [Spec]

  /// Reads a field's value; nil when it is of another unit or breaks the grammar: such a field is ignored (§14.2).
  init?(field: String) {
    let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    // Names of units are case-insensitive; nothing may stand between name and sign.
    guard parts.count == 2, parts[0].lowercased() == "bytes" else { return nil }
    var specs: [Spec] = []
    for element in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
      let text = element.trimmingSpaces
      if text.isEmpty { continue }
      guard let spec = Self.spec(text) else { return nil }
      specs.append(spec)
    }
    guard !specs.isEmpty else { return nil }
    self.specs = specs
  }

  private static func spec(_ text: Substring) -> Spec? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2 else { return nil }
    if ends[0].isEmpty { return number(ends[1]).map { .suffix($0) } }
    guard let first = number(ends[0]) else { return nil }
    if ends[1].isEmpty { return .from(first, through: nil) }
    guard let last = number(ends[1]), first <= last, !isLess(ends[1], ends[0]) else { return nil }
    return .from(first, through: last)
  }

  /// Digits only; saturates.
  private static func number(_ digits: Substring) -> UInt64? {
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return UInt64(digits) ?? .max
  }

  /// Compares digits that may be beyond 64 bits.
  private static func isLess(_ left: Substring, _ right: Substring) -> Bool {
    let (left, right) = (left.drop { $0 == "0" }, right.drop { $0 == "0" })
    guard left.utf8.count == right.utf8.count else { return left.utf8.count < right.utf8.count }
    return left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  /// What of so many bytes is asked for, in order, neither empty nor overlapping nor adjacent; empty when nothing of it
  /// is there.
  func resolved(length: UInt64) -> [Range<UInt64>] {
    let wanted = specs.compactMap { Self.range($0, length) }.sorted { $0.lowerBound < $1.lowerBound }
    var joined: [Range<UInt64>] = []
    for range in wanted {
      if let last = joined.last, range.lowerBound <= last.upperBound {
        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    return joined
  }

  private static func range(_ spec: Spec, _ length: UInt64) -> Range<UInt64>? {
    switch spec {
    case .from(let first, let last):
      guard first < length else { return nil }
      return first..<(last.map { min($0, length - 1) + 1 } ?? length)
    case .suffix(let count):
      return count == 0 || length == 0 ? nil : (length - min(count, length))..<length
    }
  }
}
