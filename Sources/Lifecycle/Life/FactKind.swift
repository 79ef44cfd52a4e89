/// The kinds of fact, by the code that the journal and the API use.
public enum FactKind: String, CaseIterable, Hashable, Sendable {
  /// A counsellor opened the space.
  case opened
  /// A customer authenticated into it.
  case customerAuthenticated
  /// The user organisation closed it.
  case closed
  /// A counsellor reactivated it.
  case reactivated
  /// An admin archived it at once.
  case archivedEarly
  /// The DPO put erasure off.
  case holdPlaced
  /// The DPO released the hold.
  case holdReleased
  /// Processing is restricted (GDPR 18).
  case restricted
  /// The restriction is lifted.
  case unrestricted
  /// The DPO decided on erasure (GDPR 17).
  case erasureDecided
  /// Another version of the policy governs.
  case policyChanged

  /// The states in which such a fact is taken, in their order; none for `opened`, which makes the first.
  public var allowedIn: [State] {
    switch self {
    case .opened: []
    case .closed: [.active]
    case .reactivated: [.reactivatable]
    case .archivedEarly: [.active, .reactivatable, .closed]
    // An authentication after closing is recorded, and changes nothing.
    case .customerAuthenticated, .holdPlaced, .holdReleased, .restricted, .unrestricted, .erasureDecided,
      .policyChanged:
      [.active, .reactivatable, .closed, .archived]
    }
  }
}
