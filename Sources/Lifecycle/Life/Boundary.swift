/// One of the four instants that divide a life, in their order.
public enum Boundary: String, CaseIterable, Hashable, Sendable {
  /// The end of `active`.
  case closing
  /// The end of `reactivatable`.
  case sealing
  /// The end of `closed`.
  case archiving
  /// The end of `archived`, and of everything.
  case erasing

  /// The state that begins here.
  public var enters: State {
    switch self {
    case .closing: .reactivatable
    case .sealing: .closed
    case .archiving: .archived
    case .erasing: .erased
    }
  }
}
