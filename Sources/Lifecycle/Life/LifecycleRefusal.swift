/// Why a fact is not recorded. Nothing has changed.
public enum LifecycleRefusal: Error, Hashable {
  /// The space was opened before, at `at`.
  case alreadyOpened(at: Instant)
  /// The policy handed over is not the version that governs the space.
  case policyMismatch(governing: Int, given: Int)
  /// The fact is taken in other states only; `since` is when this one began, nil for `active`.
  case wrongState(State, allowedIn: [State], since: Instant?)
  /// No reason of the policy.
  case unknownReason(String, known: [String])
  /// No hold of the policy has this reason.
  case unknownHoldReason(String, known: [String])
  /// The hold would reach beyond its cap; `latestUntil` is the last day it may have.
  case holdBeyondCap(latestUntil: CivilDate)
  /// The hold's last day is over already.
  case holdInPast(today: CivilDate)
  /// A hold stands through `lastDay`, so that nothing shorter is placed and no erasure decided.
  case holdStands(reason: String, lastDay: CivilDate)
  /// There is no hold to release.
  case noHold
  /// Processing is restricted since then.
  case restrictionStands(since: Instant)
  /// There is no restriction to lift.
  case notRestricted
  /// The authentication is later than now and the leeway.
  case authenticationInFuture(authTime: Instant, now: Instant)
  /// The policy belongs to another register, or counts days in another zone.
  case otherRegister(register: String, zoneName: String)
  /// The version that governs is this one or later.
  case policyNotNewer(governing: Int, given: Int)
  /// The policy keeps content longer at a boundary, which the DPO has not approved.
  case lengtheningNotApproved(boundary: Boundary, from: Instant, to: Instant)
}
