/// Where a moment stands on a space's timeline (seed 002 §6).
public enum State: String, CaseIterable, Hashable, Sendable {
  /// Both sides write.
  case active
  /// Closed; both sides still enter and write, and a counsellor may reactivate it.
  case reactivatable
  /// Closed for good; no length in guidance spaces, the whole life of a call recording.
  case closed
  /// Only the customer sees it: download and feedback.
  case archived
  /// Gone: it answers as if it had never been.
  case erased

  /// Whether content may be written by participants who see it.
  public var takesContent: Bool {
    switch self {
    case .active, .reactivatable: true
    case .closed, .archived, .erased: false
    }
  }
}
