import Lifecycle

extension Refusal {
  /// What the pure core refuses, as the service says it.
  init(_ refusal: LifecycleRefusal) {
    self =
      switch refusal {
      case .wrongState(let state, let allowedIn, let since): .wrongState(state, allowedFrom: allowedIn, since: since)
      case .unknownReason(_, let known): .invalid(field: "/reason", rule: "is one of \(known.joined(separator: ", "))")
      case .unknownHoldReason(_, let known):
        .invalid(field: "/reason", rule: "is one of \(known.joined(separator: ", "))")
      case .holdBeyondCap(let latest): .holdBeyondCap(latestUntil: latest)
      case .holdInPast(let today): .invalid(field: "/until", rule: "is today, \(today), or later")
      case .holdStands(let reason, let lastDay): .holdStands(reason: reason, until: lastDay)
      case .restrictionStands: .restricted
      case .authenticationInFuture: .forbidden(.assurance)
      // What no use case of this service brings about: a defect that must be seen, not answered politely.
      // Of holds and restrictions the use cases know before they ask whether there is one to end.
      case .alreadyOpened, .policyMismatch, .noHold, .notRestricted, .otherRegister, .policyNotNewer,
        .lengtheningNotApproved:
        preconditionFailure("no use case records a fact that is refused so: \(refusal)")
      }
  }
}
