/// What is kept of a space's facts: enough to compute its timeline, a field a column.
public struct Life: Hashable, Sendable {
  /// The version of the policy that governs.
  public var policyVersion: Int
  /// When it was opened.
  public var openedAt: Instant
  /// The latest of opening, reactivation and every customer's authentication; of one day, the first that was recorded.
  public var anchorAt: Instant
  /// Which of the three the anchor is: `opening`, `authentication` or `reactivation`.
  public var anchorKind: AnchorKind
  /// When the user organisation closed it; nil while open, closed by inactivity, or reactivated since.
  public var closedAt: Instant?
  /// When an admin archived it.
  public var archivedEarlyAt: Instant?
  /// The hold's last day; nil without a hold. A hold whose last day is over stands no more, but is kept until released.
  public var holdLastDay: CivilDate?
  /// The hold's reason; nil exactly when `holdLastDay` is.
  public var holdReason: String?
  /// Since when processing is restricted.
  public var restrictedAt: Instant?
  /// The grace after a hold's release or a restriction's end: erasure never before this day is over.
  public var graceLastDay: CivilDate?
  /// When erasure was decided.
  public var erasureDecidedAt: Instant?
  /// What the latest change of policy left standing.
  public var promise: Promise?

  /// A life of which nothing but its opening is known.
  public init(policyVersion: Int, openedAt: Instant) {
    self.policyVersion = policyVersion
    self.openedAt = openedAt
    self.anchorAt = openedAt
    self.anchorKind = .opening
  }
}
