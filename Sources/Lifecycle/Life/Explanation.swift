/// Why a timeline is as it is, boundary by boundary; told from the same computation as the timeline itself.
public struct Explanation: Hashable, Sendable {
  /// One boundary and its reason.
  public struct Step: Hashable, Sendable {
    /// Which boundary.
    public let boundary: Boundary
    /// When it passes; `.distantFuture` while a restriction suspends erasure.
    public let at: Instant
    /// The last local day before it; nil while suspended.
    public let lastDay: CivilDate?
    /// What put it there: the day and period it is counted from, an act, a hold and so on.
    public let cause: DeadlineCause
    /// The text of the rule for the stage that ends here, or for the hold that lengthens it.
    public let source: String
  }

  /// The four boundaries in order.
  public let steps: [Step]
  /// Erasure without hold, restriction, grace and decision.
  public let base: Step
}

extension Life {
  /// Why the timeline of these facts is as it is.
  public func explanation(_ policy: Policy, _ zone: CivilZone) -> Explanation {
    let reckoning = Reckoning(self, policy, zone)
    let marks: [(Boundary, Mark)] = [
      (.closing, reckoning.closing), (.sealing, reckoning.sealing), (.archiving, reckoning.archiving),
      (.erasing, reckoning.erasing),
    ]
    return Explanation(
      steps: marks.map { step($0, $1, policy) }, base: step(.erasing, reckoning.base, policy))
  }

  private func step(_ boundary: Boundary, _ mark: Mark, _ policy: Policy) -> Explanation.Step {
    let rule = policy.stages.before(boundary).source
    let source =
      if case .held(let reason, _) = mark.cause { policy.hold(for: reason)?.source ?? rule } else { rule }
    return Explanation.Step(
      boundary: boundary, at: mark.at, lastDay: mark.at == .distantFuture ? nil : mark.lastDay, cause: mark.cause,
      source: source)
  }
}
