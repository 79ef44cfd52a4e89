public import Lifecycle

/// A change of policy: the spaces of a register, or one organisation's of them, that earlier versions govern come under a
/// later one.
public struct PolicyChange: Sendable {
  /// The version that is to govern.
  public let next: Policy
  /// The versions whose spaces it takes over: every earlier one, the oldest first.
  public let earlier: [Policy]
  /// Whose spaces; all when nil.
  public let organisation: ID<Organisation>?

  /// - Returns: nil when the register has no such version, or no earlier one.
  init?(register: String, to version: Int, organisation: ID<Organisation>?, policies: Policies) {
    guard let next = policies.version(version, of: register) else { return nil }
    earlier = policies.versions(of: register).filter { $0.version < version }
    guard !earlier.isEmpty else { return nil }
    self.next = next
    self.organisation = organisation
  }
}

/// What a change of policy makes of one space. Decided by the pure core, for the preview and for the change itself.
enum PolicyOutcome: Equatable {
  /// The space comes under the new version; `lengthens` when a boundary comes later than it was promised.
  case governed(Recorded, lengthens: Bool)
  /// The new version can't govern it.
  case refused(PolicyObstacle)
  /// It is erased already and waits for the sweep.
  case over
}

/// Why a space stays under its version: the codes of reports.
public enum PolicyObstacle: String, Sendable, CaseIterable {
  /// A hold's reason is none of the new version's.
  case holdReasonUnknown
  /// The new version counts days in another zone.
  case otherZone
  /// A boundary would come later, which no data protection officer of the organisation has approved.
  case lengtheningNotApproved
}

extension PolicyChange {
  /// Decides for one space at a moment, all crossings up to which have been carried out.
  func outcome(of space: Space, from policy: Policy, at now: Instant, zone: CivilZone) -> PolicyOutcome {
    guard space.timeline.state(at: now) != .erased else { return .over }
    do {
      return .governed(try record(on: space, from: policy, approved: false, at: now, zone), lengthens: false)
    } catch .lengtheningNotApproved {
      do {
        return .governed(try record(on: space, from: policy, approved: true, at: now, zone), lengthens: true)
      } catch {
        return .refused(PolicyObstacle(error))
      }
    } catch {
      return .refused(PolicyObstacle(error))
    }
  }

  private func record(
    on space: Space, from policy: Policy, approved: Bool, at now: Instant, _ zone: CivilZone
  ) throws(LifecycleRefusal) -> Recorded {
    try space.life.recording(
      .policyChanged(to: next, lengtheningApproved: approved), at: now, policy: policy, zone: zone)
  }
}

extension PolicyObstacle {
  /// The core's refusal of a change whose version is later and whose space is not erased.
  fileprivate init(_ refusal: LifecycleRefusal) {
    switch refusal {
    case .unknownHoldReason: self = .holdReasonUnknown
    case .otherRegister: self = .otherZone
    case .lengtheningNotApproved: self = .lengtheningNotApproved
    case .alreadyOpened, .policyMismatch, .wrongState, .unknownReason, .holdBeyondCap, .holdInPast,
      .holdStands, .noHold, .restrictionStands, .notRestricted, .authenticationInFuture, .policyNotNewer:
      preconditionFailure("a change of policy is not refused so: \(refusal)")
    }
  }
}
