/// The four stages of a life, in their order.
public struct Stages: Hashable, Sendable {
  /// From the last sign of the customer until closing.
  public let inactivity: StageRule
  /// From closing until reactivation is over.
  public let reactivation: StageRule
  /// From then until archiving.
  public let sealed: StageRule
  /// From archiving until erasure.
  public let archive: StageRule

  /// A life of these four stages.
  public init(inactivity: StageRule, reactivation: StageRule, sealed: StageRule, archive: StageRule) {
    self.inactivity = inactivity
    self.reactivation = reactivation
    self.sealed = sealed
    self.archive = archive
  }

  /// The stage that ends at a boundary.
  public func before(_ boundary: Boundary) -> StageRule {
    switch boundary {
    case .closing: inactivity
    case .sealing: reactivation
    case .archiving: sealed
    case .erasing: archive
    }
  }
}
