/// A life at the moment a fact is judged.
struct Scene {
  let life: Life
  let reckoning: Reckoning
  let now: Instant
  let policy: Policy
  let zone: CivilZone

  var timeline: Timeline { reckoning.timeline }

  var today: CivilDate { zone.date(of: now) }

  func admit(_ kind: FactKind) throws(LifecycleRefusal) {
    let state = timeline.state(at: now)
    guard kind != .opened || state == .erased else { throw .alreadyOpened(at: life.openedAt) }
    guard kind.allowedIn.contains(state) else {
      throw .wrongState(state, allowedIn: kind.allowedIn, since: timeline.beginning(of: state))
    }
  }

  /// The life after an admitted fact, and the policy that governs it.
  func after(_ fact: Fact) throws(LifecycleRefusal) -> (Life, Policy) {
    switch fact {
    case .opened: throw .alreadyOpened(at: life.openedAt)
    case .customerAuthenticated(let authTime): (try authenticated(at: authTime), policy)
    case .closed(_, let reason): (try closed(for: reason), policy)
    case .reactivated: (try reactivated(), policy)
    case .archivedEarly(let reason): (try archivedEarly(for: reason), policy)
    case .holdPlaced(let lastDay, let reason): (try held(through: lastDay, for: reason), policy)
    case .holdReleased: (try released(), policy)
    case .restricted: (try restricted(), policy)
    case .unrestricted: (try unrestricted(), policy)
    case .erasureDecided: (try erasureDecided(), policy)
    case .policyChanged(let next, let approved): (try governed(by: next, lengtheningApproved: approved), next)
    }
  }

  func changing(_ change: (inout Life) -> Void) -> Life {
    var copy = life
    change(&copy)
    return copy
  }

  func require(reason: String) throws(LifecycleRefusal) {
    guard policy.reasons.contains(reason) else { throw .unknownReason(reason, known: policy.reasons) }
  }

  func requireUnrestricted() throws(LifecycleRefusal) {
    if let since = life.restrictedAt { throw .restrictionStands(since: since) }
  }
}
