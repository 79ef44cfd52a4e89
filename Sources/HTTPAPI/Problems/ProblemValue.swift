/// The value of a problem's extension member.
public enum ProblemValue: Sendable, Equatable {
  case string(String)
  case strings([String])
  case int(Int)
  case bool(Bool)
  /// Microseconds since 1970, UTC.
  case instant(Int64)

  func write(to json: inout JSONWriter) {
    switch self {
    case .string(let text): json.write(text)
    case .strings(let texts): json.array { json in for text in texts { json.write(text) } }
    case .int(let number): json.write(number)
    case .bool(let flag): json.write(flag)
    case .instant(let microseconds): json.write(microseconds: microseconds)
    }
  }
}
