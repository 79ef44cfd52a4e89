/// The four instants that are a space's life: `closesAt ≤ sealsAt ≤ archivesAt ≤ erasesAt`.
public struct Timeline: Hashable, Sendable {
  /// The end of `active`.
  public var closesAt: Instant
  /// The end of `reactivatable`.
  public var sealsAt: Instant
  /// The end of `closed`: from here on staff see nothing.
  public var archivesAt: Instant
  /// The end of `archived`; `.distantFuture` while a restriction suspends erasure.
  public var erasesAt: Instant
  /// When erasure would come without hold, restriction, grace and decision.
  public var baseErasesAt: Instant
  /// The last day of each stage.
  public var lastDays: LastDays

  /// A timeline read from where it was stored. The caller's database guards the order.
  public init(
    closesAt: Instant, sealsAt: Instant, archivesAt: Instant, erasesAt: Instant, baseErasesAt: Instant,
    lastDays: LastDays
  ) {
    self.closesAt = closesAt
    self.sealsAt = sealsAt
    self.archivesAt = archivesAt
    self.erasesAt = erasesAt
    self.baseErasesAt = baseErasesAt
    self.lastDays = lastDays
  }

  /// The state at a moment; a boundary's own instant belongs to the state it begins.
  public func state(at now: Instant) -> State {
    if now < closesAt { return .active }
    if now < sealsAt { return .reactivatable }
    if now < archivesAt { return .closed }
    return now < erasesAt ? .archived : .erased
  }

  /// When a boundary passes.
  public func instant(of boundary: Boundary) -> Instant {
    switch boundary {
    case .closing: closesAt
    case .sealing: sealsAt
    case .archiving: archivesAt
    case .erasing: erasesAt
    }
  }

  /// When a state begins; nil for `active`, which began with the opening or a reactivation.
  public func beginning(of state: State) -> Instant? {
    Boundary.allCases.first { $0.enters == state }.map { instant(of: $0) }
  }
}
