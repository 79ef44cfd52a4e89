/// Something that happened to a space and may change its timeline. When it happened is the *now* it is recorded at.
public enum Fact: Hashable, Sendable {
  /// Who may close a space.
  public enum Closer: String, CaseIterable, Hashable, Sendable {
    /// A counsellor of the space.
    case counsellor
    /// The organisation's admin, when the counsellor is unavailable.
    case admin
  }

  /// The space begins.
  case opened
  /// A customer authenticated at `authTime` (the token's `auth_time`, never its `iat`); only its local date matters.
  case customerAuthenticated(authTime: Instant)
  /// The user organisation closes the space; `reason` is one of the policy's codes.
  case closed(by: Closer, reason: String)
  /// A counsellor makes it active again.
  case reactivated
  /// An admin archives it at once; `reason` is one of the policy's codes.
  case archivedEarly(reason: String)
  /// Content is kept through `lastDay`, for a reason of the policy's holds and within its cap.
  case holdPlaced(lastDay: CivilDate, reason: String)
  /// The hold ends.
  case holdReleased
  /// Processing is restricted: erasure waits, and staff neither read nor write.
  case restricted
  /// The restriction ends.
  case unrestricted
  /// Everything goes now.
  case erasureDecided
  /// `policy` governs from now on; `lengtheningApproved` when the DPO's approval of keeping longer is recorded.
  case policyChanged(to: Policy, lengtheningApproved: Bool)

  /// Its kind, whose raw value is its code.
  public var kind: FactKind {
    switch self {
    case .opened: .opened
    case .customerAuthenticated: .customerAuthenticated
    case .closed: .closed
    case .reactivated: .reactivated
    case .archivedEarly: .archivedEarly
    case .holdPlaced: .holdPlaced
    case .holdReleased: .holdReleased
    case .restricted: .restricted
    case .unrestricted: .unrestricted
    case .erasureDecided: .erasureDecided
    case .policyChanged: .policyChanged
    }
  }
}
