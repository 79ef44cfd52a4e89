/// Why there is no verdict.
public enum ClamdError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Nobody answers at the address.
  case unreachable(String)
  /// It took longer than allowed.
  case timedOut
  /// The connection ended without a reply, or the reply makes no sense.
  case noVerdict(String)

  /// For the log.
  public var description: String {
    switch self {
    case .unreachable(let why): "clamd cannot be reached: \(why)"
    case .timedOut: "clamd did not answer in time"
    case .noVerdict(let what): "clamd gave no verdict: \(what)"
    }
  }
}
